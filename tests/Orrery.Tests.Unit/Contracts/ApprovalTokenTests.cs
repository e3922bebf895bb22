using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class ApprovalTokenTests : IDisposable
{
    private readonly ECDsa _ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public void A_signed_token_holds_after_a_trip_as_text()
    {
        var token = ApprovalToken.Parse(Signed(Sample).ToText());

        Assert.NotNull(token);
        Assert.True(token.IsSignedBy([Key()]));
        Assert.Equal("aa", token.Pins["card"]);
        Assert.Equal(Sample.ModelSha256, token.ModelSha256);
    }

    [Theory]
    [InlineData("\"3\"", "\"4\"")]
    [InlineData("\"staging\"", "\"production\"")]
    [InlineData("\"workspace\":7", "\"workspace\":8")]
    [InlineData("\"use_by\":2000", "\"use_by\":9000")]
    [InlineData("\"card\":\"aa\"", "\"card\":\"ab\"")]
    [InlineData("\"kind\":\"approval\"", "\"kind\":\"waiver\"")]
    public void A_token_that_was_changed_is_not_signed(string was, string becomes)
    {
        var text = Signed(Sample).ToText();
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var body = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text.AsSpan(0, dot)));
        Assert.Contains(was, body, StringComparison.Ordinal);

        var changed = ApprovalToken.Parse(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(body.Replace(was, becomes, StringComparison.Ordinal))) + text[dot..]);

        Assert.NotNull(changed);
        Assert.False(changed.IsSignedBy([Key()]));
    }

    [Fact]
    public void A_key_that_was_not_good_then_signed_nothing()
    {
        var token = Signed(Sample);

        Assert.False(token.IsSignedBy([Key() with { NotBefore = Sample.At + 1 }]));
        Assert.False(token.IsSignedBy([Key() with { NotAfter = Sample.At - 1 }]));
        Assert.False(token.IsSignedBy([]));
    }

    [Fact]
    public void Another_key_under_the_same_id_signed_nothing()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.False(Signed(Sample).IsSignedBy([Key() with { PublicKey = Convert.ToBase64String(other.ExportSubjectPublicKeyInfo()) }]));
        Assert.False(Signed(Sample).IsSignedBy([Key() with { PublicKey = "no key" }]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("abc")]
    [InlineData("e30.x")]
    [InlineData("bnVsbA.x")]
    [InlineData("!!!!.????")]
    public void What_is_no_token_is_read_as_none(string? text) => Assert.Null(ApprovalToken.Parse(text));

    [Fact]
    public void A_text_that_is_too_long_is_read_as_none() =>
        Assert.Null(ApprovalToken.Parse(Signed(Sample with { Pins = new Dictionary<string, string> { ["card"] = new('a', ApprovalToken.MaxLength) } }).ToText()));

    [Fact]
    public void A_signature_that_is_no_base64_is_not_good() => Assert.False((Sample with { Signature = "*" }).IsSignedBy([Key()]));

    public void Dispose() => _ecdsa.Dispose();

    private static ApprovalToken Sample => new()
    {
        Id = "apr-1",
        Kind = ApprovalToken.Approved,
        Workspace = 7,
        Environment = "staging",
        Model = "churn",
        Version = "3",
        ModelSha256 = new string('0', 64),
        Pins = new Dictionary<string, string> { ["policy"] = "bb", ["card"] = "aa" },
        At = 1000,
        UseBy = 2000,
        KeyId = "k1",
    };

    private ApprovalToken Signed(ApprovalToken token) =>
        token with { Signature = Base64Url.EncodeToString(_ecdsa.SignData(token.SignedBytes(), HashAlgorithmName.SHA256)) };

    private AuditKey Key() => new() { KeyId = "k1", PublicKey = Convert.ToBase64String(_ecdsa.ExportSubjectPublicKeyInfo()), NotBefore = 0, NotAfter = 5000 };
}
