using System.Text;
using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>One-time codes against RFC 6238, appendix B (the rows of SHA-1), and RFC 4648, section 10.</summary>
public sealed class TotpTests
{
    private static readonly byte[] Secret = "12345678901234567890"u8.ToArray();

    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void Codes_are_those_of_the_RFC(long seconds, string expected)
    {
        var step = Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds));
        Assert.Equal(expected, Totp.Code(Secret, step, digits: 8));
        Assert.Equal(expected[2..], Totp.Code(Secret, step));
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_code_is_good_one_step_early_and_one_step_late(int away, bool good)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1234567890);
        var step = Totp.StepOf(now) + away;
        Assert.Equal(good ? step : null, Totp.Match(Secret, Totp.Code(Secret, step), now, after: 0));
    }

    [Fact]
    public void A_code_of_a_step_that_is_used_up_is_refused_and_the_next_is_good()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1234567890);
        var step = Totp.StepOf(now);
        Assert.Null(Totp.Match(Secret, Totp.Code(Secret, step), now, after: step));
        Assert.Null(Totp.Match(Secret, Totp.Code(Secret, step - 1), now, after: step));
        Assert.Equal(step + 1, Totp.Match(Secret, Totp.Code(Secret, step + 1), now, after: step));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00592")]
    [InlineData("0059244")]
    [InlineData("89005924")]
    [InlineData("٠٠٥٩٢٤")]
    public void What_is_no_code_is_refused(string text) => Assert.Null(Totp.Match(Secret, text, DateTimeOffset.FromUnixTimeSeconds(1234567890), after: 0));

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base_32_is_that_of_the_RFC(string clear, string expected) => Assert.Equal(expected, Base32.Encode(Encoding.ASCII.GetBytes(clear)));

    [Fact]
    public void An_authenticator_is_told_everything_it_must_know() => Assert.Equal(
        "otpauth://totp/Orrery:ada%40example.org?secret=MZXW6YTBOI&issuer=Orrery&algorithm=SHA1&digits=6&period=30", Totp.Uri("ada@example.org", "MZXW6YTBOI"));

    [Fact]
    public void Recovery_codes_are_random_and_may_be_typed_anyhow()
    {
        var codes = Enumerable.Range(0, 100).Select(static _ => RecoveryCode.New()).ToHashSet();
        Assert.Equal(100, codes.Count);
        Assert.All(codes, static code => Assert.Matches("^[a-z2-7]{4}(-[a-z2-7]{4}){3}$", code));
        var one = codes.First();
        Assert.Equal(RecoveryCode.Normal(one), RecoveryCode.Normal(one.ToUpperInvariant().Replace('-', ' ')));
        Assert.True(RecoveryCode.IsMeant(RecoveryCode.Normal(one)));
        Assert.False(RecoveryCode.IsMeant(RecoveryCode.Normal("123 456")));
        Assert.NotEqual(RecoveryCode.Hash("usr_a", one), RecoveryCode.Hash("usr_b", one));
    }
}
