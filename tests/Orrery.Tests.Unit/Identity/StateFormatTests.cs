using Microsoft.AspNetCore.Authentication;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class StateFormatTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void What_one_server_sealed_another_of_the_same_key_opens()
    {
        var text = Format().Protect(Properties());

        var opened = Format().Unprotect(text);

        Assert.Equal(("/models", "verifier"), (opened?.RedirectUri, opened?.Items["code_verifier"]));
        Assert.DoesNotContain("verifier", text, StringComparison.Ordinal);
        Assert.Matches("^[A-Za-z0-9_-]+$", text);
        Assert.NotEqual(text, Format().Protect(Properties()));
    }

    [Fact]
    public void It_is_good_for_a_quarter_of_an_hour()
    {
        var text = Format().Protect(Properties());

        _time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.NotNull(Format().Unprotect(text));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Format().Unprotect(text));
    }

    [Fact]
    public void What_was_sealed_with_another_key_or_for_something_else_does_not_open()
    {
        Assert.Null(Format().Unprotect(Format(key: 7).Protect(Properties())));
        var webhook = new SecretBox(Key(1)).Seal("c2VjcmV0", 0, "webhook");
        Assert.Null(Format().Unprotect(System.Buffers.Text.Base64Url.EncodeToString(webhook)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    public void What_was_never_sealed_does_not_open(string? text) => Assert.Null(Format().Unprotect(text));

    [Fact]
    public void A_changed_character_spoils_it()
    {
        var text = Format().Protect(Properties()).ToCharArray();
        text[^5] = text[^5] == 'A' ? 'B' : 'A';

        Assert.Null(Format().Unprotect(new string(text)));
    }

    private AuthenticationProperties Properties() => new()
    {
        RedirectUri = "/models",
        IssuedUtc = _time.GetUtcNow(),
        Items = { ["code_verifier"] = "verifier" },
    };

    private StateFormat Format(byte key = 1) => new(new SecretBox(Key(key)), _time);

    private static byte[] Key(byte value)
    {
        var key = new byte[SecretBox.KeyBytes];
        Array.Fill(key, value);
        return key;
    }
}
