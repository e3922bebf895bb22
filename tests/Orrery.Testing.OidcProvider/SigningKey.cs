using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Orrery.Testing.OidcProvider;

/// <summary>A key of the provider: RS256 or ES256.</summary>
internal sealed class SigningKey(string id, bool elliptic) : IDisposable
{
    private readonly RSA? _rsa = elliptic ? null : RSA.Create(2048);
    private readonly ECDsa? _ec = elliptic ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;

    public string Id => id;

    public string Algorithm => elliptic ? "ES256" : "RS256";

    public byte[] Sign(string text) => _rsa?.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        ?? _ec!.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256);

    /// <summary>The published key in PEM: what an attacker would sign HS256 with.</summary>
    public byte[] PublicPem() => Encoding.ASCII.GetBytes(_rsa?.ExportSubjectPublicKeyInfoPem() ?? _ec!.ExportSubjectPublicKeyInfoPem());

    public JsonObject ToJwk()
    {
        var jwk = new JsonObject { ["kid"] = id, ["use"] = "sig", ["alg"] = Algorithm };
        if (_rsa is not null)
        {
            var key = _rsa.ExportParameters(false);
            (jwk["kty"], jwk["n"], jwk["e"]) = ("RSA", IdToken.Encode(key.Modulus!), IdToken.Encode(key.Exponent!));
            return jwk;
        }

        var point = _ec!.ExportParameters(false).Q;
        (jwk["kty"], jwk["crv"], jwk["x"], jwk["y"]) = ("EC", "P-256", IdToken.Encode(point.X!), IdToken.Encode(point.Y!));
        return jwk;
    }

    public void Dispose()
    {
        _rsa?.Dispose();
        _ec?.Dispose();
    }
}
