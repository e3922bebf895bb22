using System.Text.Json.Nodes;

namespace Orrery.Testing.OidcProvider;

/// <summary>What the provider does from now on.</summary>
internal sealed record Behaviour
{
    /// <summary>What ID tokens say beside iss, aud, exp, iat and nonce; must have sub.</summary>
    public JsonObject Claims { get; init; } = new() { ["sub"] = "nobody" };

    /// <summary>Of <see cref="IdToken"/>, or <c>huge</c>, <c>html</c>, <c>slow</c>, <c>no-id-token</c> at the token endpoint.</summary>
    public string? Fault { get; init; }

    /// <summary>Error that the browser is sent back with.</summary>
    public string? Error { get; init; }

    /// <summary>What the browser is told the issuer was; empty for nothing at all.</summary>
    public string? AnswersAs { get; init; }

    /// <summary>What discovery says the issuer is.</summary>
    public string? CallsItself { get; init; }
}
