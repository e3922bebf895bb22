using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class TokenTextTests
{
    [Fact]
    public void The_checksum_is_crc32_in_base_62() => Assert.Equal("0mLq17", TokenText.Checksum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ"));

    [Theory]
    [InlineData(false, "mlops_pat_")]
    [InlineData(true, "mlops_svc_")]
    public void A_new_token_is_well_formed(bool service, string prefix)
    {
        var token = TokenText.New(service);
        Assert.StartsWith(prefix, token, StringComparison.Ordinal);
        Assert.Equal(46, token.Length);
        Assert.True(TokenText.IsWellFormed(token));
        Assert.NotEqual(token, TokenText.New(service));
    }

    [Fact]
    public void One_wrong_character_anywhere_is_found()
    {
        const string token = "mlops_pat_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17";
        Assert.True(TokenText.IsWellFormed(token));
        for (var i = 0; i < token.Length; i++)
        {
            var other = token[i] == 'x' ? 'y' : 'x';
            Assert.False(TokenText.IsWellFormed(token[..i] + other + token[(i + 1)..]), $"at {i}");
        }

        Assert.False(TokenText.IsWellFormed(token[..^1]));
        Assert.False(TokenText.IsWellFormed(token + "0"));
    }
}
