using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Orrery.Testing.OidcProvider;

/// <summary>Writes ID tokens by hand, right ones and wrong ones.</summary>
internal static class IdToken
{
    private const int GoodFor = 300;

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>One token.</summary>
    /// <param name="issuer">Who issues it.</param>
    /// <param name="client">Whom it is meant for.</param>
    /// <param name="nonce">Of the sign-in.</param>
    /// <param name="claims">What else it says.</param>
    /// <param name="key">Signs it.</param>
    /// <param name="fault">What shall be wrong with it; null for nothing.</param>
    public static string Write(string issuer, string client, string? nonce, JsonObject claims, SigningKey key, string? fault)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var body = (JsonObject)claims.DeepClone();
        body["iss"] = fault == "issuer" ? "https://elsewhere.example" : issuer;
        body["aud"] = fault switch
        {
            "audience" => "another-client",
            "several-audiences" or "azp" or "azp-missing" => new JsonArray(client, "another-client"),
            _ => client,
        };
        if (fault is "azp" or "several-audiences")
            body["azp"] = fault == "azp" ? "another-client" : client;
        body["nonce"] = fault == "nonce" ? "made-up" : nonce;
        if (fault == "no-nonce")
            body.Remove("nonce");
        body["iat"] = fault switch
        {
            "expired" => now - 3600,
            "future" => now + 3600,
            _ => now,
        };
        body["exp"] = fault == "expired" ? now - 3600 + GoodFor : now + GoodFor;
        if (fault == "no-expiry")
            body.Remove("exp");
        if (fault == "not-yet")
            (body["nbf"], body["exp"]) = (now + 3600, now + 7200);

        using var forger = new SigningKey(key.Id, elliptic: key.Algorithm == "ES256");
        using var unpublished = new SigningKey("unpublished", elliptic: false);
        return fault switch
        {
            "none" => Part(new() { ["alg"] = "none", ["typ"] = "JWT" }) + "." + Part(body) + ".",
            "hs256" => Hmac(body, key),
            "forged" => Signed(body, forger),
            "unpublished-key" => Signed(body, unpublished),
            "tampered" => Tampered(Signed(body, key), body),
            _ => Signed(body, key),
        };
    }

    private static string Signed(JsonObject body, SigningKey key)
    {
        var text = Part(new() { ["alg"] = key.Algorithm, ["typ"] = "JWT", ["kid"] = key.Id }) + "." + Part(body);
        return text + "." + Encode(key.Sign(text));
    }

    private static string Hmac(JsonObject body, SigningKey key)
    {
        var text = Part(new() { ["alg"] = "HS256", ["typ"] = "JWT", ["kid"] = key.Id }) + "." + Part(body);
        return text + "." + Encode(HMACSHA256.HashData(key.PublicPem(), Encoding.ASCII.GetBytes(text)));
    }

    private static string Tampered(string token, JsonObject body)
    {
        var parts = token.Split('.');
        body["sub"] = "root";
        return $"{parts[0]}.{Part(body)}.{parts[2]}";
    }

    private static string Part(JsonObject json) => Encode(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
