using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>
/// What a workspace's chain was at a moment, signed. The signature (ECDSA P-256, SHA-256, r and s of 32 bytes each) is over the canonical JSON
/// of all other fields.
/// </summary>
public sealed record AuditCheckpoint
{
    /// <summary><see cref="Kind"/> of a checkpoint of the chain as it stands.</summary>
    public const string Chain = "checkpoint";

    /// <summary><see cref="Kind"/> of one that says: entries up to its size were removed, since they had been kept long enough.</summary>
    public const string Pruned = "pruned";

    /// <summary><see cref="Chain"/> or <see cref="Pruned"/>.</summary>
    public string Kind { get; init; } = Chain;

    /// <summary>Number of the workspace.</summary>
    public required long Workspace { get; init; }

    /// <summary>How many entries the chain has had: the last one's place.</summary>
    public required long Size { get; init; }

    /// <summary>Hash of the last entry, lower-case hexadecimal.</summary>
    public required string Head { get; init; }

    /// <summary>The UTC day of the last entry: <c>2026-11-21</c>.</summary>
    public required string Day { get; init; }

    /// <summary>Place of the day's first entry.</summary>
    public required long DayFirst { get; init; }

    /// <summary>Root of the Merkle tree over the day's entries so far, lower-case hexadecimal. The leaves are the entries' hashes.</summary>
    public required string DayRoot { get; init; }

    /// <summary>When it was signed, Unix milliseconds.</summary>
    public required long At { get; init; }

    /// <summary>Which key signed it.</summary>
    public required string KeyId { get; init; }

    /// <summary>Base64; empty before it is signed.</summary>
    public string Signature { get; init; } = "";

    /// <summary>Entries of the day's tree.</summary>
    public long DaySize() => Size - DayFirst + 1;

    /// <summary>What is signed.</summary>
    public byte[] SignedBytes() => Encoding.UTF8.GetBytes(Text(signed: false));

    /// <summary>The document in canonical form.</summary>
    public string ToCanonical() => Text(signed: true);

    /// <summary>Reads a document.</summary>
    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static AuditCheckpoint Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, OrreryJson.TypeOf<AuditCheckpoint>()) ?? throw new InvalidDataException("A checkpoint is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("This is not a checkpoint: " + e.Message, e);
        }
    }

    /// <summary>Whether one of the keys, while it was good, signed this.</summary>
    public bool IsSignedBy(IEnumerable<AuditKey> keys)
    {
        var key = keys.FirstOrDefault(k => k.KeyId == KeyId);
        if (key is null)
            return false;
        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(key.PublicKey), out _);
            return IsSignedBy(key, ecdsa);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Whether a key, while it was good, signed this.</summary>
    /// <param name="key">Of this document's id.</param>
    /// <param name="ecdsa">The key, opened.</param>
    internal bool IsSignedBy(AuditKey key, ECDsa ecdsa)
    {
        var signature = new byte[Signature.Length];
        return At >= key.NotBefore && At <= key.NotAfter
            && Convert.TryFromBase64String(Signature, signature, out var length)
            && ecdsa.VerifyData(SignedBytes(), signature.AsSpan(0, length), HashAlgorithmName.SHA256);
    }

    private string Text(bool signed)
    {
        var text = new StringBuilder(400);
        text.Append(CultureInfo.InvariantCulture, $"{{\"at\":{At},\"day\":");
        CanonicalJson.AppendString(text, Day);
        text.Append(CultureInfo.InvariantCulture, $",\"day_first\":{DayFirst},\"day_root\":");
        CanonicalJson.AppendString(text, DayRoot);
        text.Append(",\"head\":");
        CanonicalJson.AppendString(text, Head);
        text.Append(",\"key_id\":");
        CanonicalJson.AppendString(text, KeyId);
        text.Append(",\"kind\":");
        CanonicalJson.AppendString(text, Kind);
        if (signed)
        {
            text.Append(",\"signature\":");
            CanonicalJson.AppendString(text, Signature);
        }

        return text.Append(CultureInfo.InvariantCulture, $",\"size\":{Size},\"workspace\":{Workspace}}}").ToString();
    }
}

/// <summary>A public key that checkpoints are signed with.</summary>
public sealed record AuditKey
{
    /// <summary>The first 16 hexadecimal digits of the SHA-256 of the key.</summary>
    public required string KeyId { get; init; }

    /// <summary>X.509 SubjectPublicKeyInfo in base64.</summary>
    public required string PublicKey { get; init; }

    /// <summary>Signatures before are not good, Unix milliseconds.</summary>
    public required long NotBefore { get; init; }

    /// <summary>Signatures after are not good, Unix milliseconds.</summary>
    public required long NotAfter { get; init; }
}

/// <summary>Answer of <c>GET /api/v1/audit/keys</c>: all keys there have been, the newest first.</summary>
public sealed record AuditKeyList
{
    /// <summary>The keys.</summary>
    public IReadOnlyList<AuditKey> Keys { get => field ?? []; init; }
}
