using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Contracts;

/// <summary>
/// A signed approval: that a version may get the traffic of an environment, and on what grounds. Whoever has the public keys (<c>GET /api/v1/audit/keys</c>)
/// can check it, without a database. As text: the canonical JSON (RFC 8785) in base64url, a dot, and the signature in base64url (ECDSA P-256 with SHA-256
/// over <see cref="SignedBytes"/>, r and s of 32 bytes each).
/// </summary>
public sealed record ApprovalToken
{
    /// <summary><see cref="Kind"/> of one that people gave.</summary>
    public const string Approved = "approval";

    /// <summary><see cref="Kind"/> of one that was given since every check held.</summary>
    public const string Automatic = "automatic";

    /// <summary><see cref="Kind"/> of an emergency waiver.</summary>
    public const string Waiver = "waiver";

    /// <summary><see cref="Kind"/> of what was in production before approvals were asked for.</summary>
    public const string Inherited = "inherited";

    // Nothing else that is signed by these keys begins so.
    private const string Preamble = "orrery-approval-1\n";

    /// <summary>Longest text of a token that is read, characters.</summary>
    public const int MaxLength = 8192;

    /// <summary>Id of the approval.</summary>
    public required string Id { get; init; }

    /// <summary>How it came about: <see cref="Approved"/>, <see cref="Automatic"/>, <see cref="Waiver"/> or <see cref="Inherited"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Number of the workspace.</summary>
    public required long Workspace { get; init; }

    /// <summary>Environment whose traffic the version may get.</summary>
    public required string Environment { get; init; }

    /// <summary>Registered model.</summary>
    public required string Model { get; init; }

    /// <summary>Its version's number.</summary>
    public required string Version { get; init; }

    /// <summary>SHA-256 of the version's files (<c>ModelPackage.Sha256</c>), lower-case hexadecimal; empty for a version without files.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>SHA-256 of what else was decided on, by name: <c>training_set</c>, <c>evaluation</c>, <c>card</c>, <c>policy</c>, <c>risk</c>, <c>remote</c> (<see cref="RemoteSpec.Sha256"/>). What was not there is left out.</summary>
    public IReadOnlyDictionary<string, string> Pins { get => field ?? new Dictionary<string, string>(); init; }

    /// <summary>When it was given, Unix milliseconds.</summary>
    public required long At { get; init; }

    /// <summary>A revision that names it must be made before, Unix milliseconds.</summary>
    public required long UseBy { get; init; }

    /// <summary>Traffic ends then, Unix milliseconds; null for no end.</summary>
    public long? NotAfter { get; init; }

    /// <summary>Which key signed it.</summary>
    public required string KeyId { get; init; }

    /// <summary>Base64url of the signature; empty before it is signed.</summary>
    [JsonIgnore]
    public string Signature { get; init; } = "";

    /// <summary>What is signed.</summary>
    public byte[] SignedBytes() => Encoding.UTF8.GetBytes(Preamble + Canonical());

    /// <summary>The token as text, up to <see cref="MaxLength"/>.</summary>
    public string ToText() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Canonical())) + "." + Signature;

    /// <summary>Reads a token; null when the text is none. Says nothing about its signature.</summary>
    public static ApprovalToken? Parse(string? text)
    {
        if (text is null || text.Length > MaxLength || text.IndexOf('.', StringComparison.Ordinal) is not (> 0 and var dot))
            return null;
        try
        {
            var token = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(text.AsSpan(0, dot)), OrreryJson.TypeOf<ApprovalToken>());
            return token is null ? null : token with { Signature = text[(dot + 1)..] };
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether one of the keys, while it was good, signed this.</summary>
    public bool IsSignedBy(IEnumerable<AuditKey> keys) => KeySignatures.Holds(keys, KeyId, At, SignedBytes(), Signature, static text => Base64Url.DecodeFromChars(text));

    private string Canonical()
    {
        var text = new StringBuilder();
        CanonicalJson.Append(text, JsonSerializer.SerializeToElement(this, OrreryJson.TypeOf<ApprovalToken>()));
        return text.ToString();
    }
}
