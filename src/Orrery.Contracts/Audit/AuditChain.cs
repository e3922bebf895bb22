using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>An entry in its place in a workspace's chain.</summary>
/// <param name="Workspace">Number of the workspace.</param>
/// <param name="Seq">Place in the chain, from 1, without gaps.</param>
/// <param name="SealedAt">When it got its place, Unix milliseconds; never less than that of the entry before.</param>
/// <param name="Hash">Of the entry and all before it.</param>
/// <param name="Body">Canonical JSON, UTF-8: what is hashed.</param>
public sealed record SealedEntry(long Workspace, long Seq, long SealedAt, byte[] Hash, byte[] Body);

/// <summary>
/// The chain: <c>hash(n) = SHA-256(hash(n-1) || sealed_at as 8 bytes big-endian || body)</c>; before the first entry stands the
/// SHA-256 of <c>orrery-audit/</c> and the workspace's number.
/// </summary>
public static class AuditChain
{
    /// <summary>Milliseconds of a day.</summary>
    public const long DayMilliseconds = 86_400_000;

    /// <summary>What stands before the first entry of a workspace.</summary>
    public static byte[] Genesis(long workspace) =>
        SHA256.HashData(Encoding.ASCII.GetBytes("orrery-audit/" + workspace.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The hash of an entry after another.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> before, long sealedAt, ReadOnlySpan<byte> body)
    {
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, sealedAt);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(before);
        hash.AppendData(time);
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    /// <summary>Number of the UTC day, from 1970-01-01, that a sealing time is in.</summary>
    public static long DayOf(long sealedAt) => sealedAt / DayMilliseconds;

    /// <summary>An entry as a line of an export, without the line's end. The body stands as it is, so that it can be hashed again.</summary>
    public static byte[] ToLine(SealedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"workspace\":{entry.Workspace},\"seq\":{entry.Seq},\"sealed_at\":{entry.SealedAt},\"hash\":\"{Convert.ToHexStringLower(entry.Hash)}\",\"body\":");
        return [.. Encoding.ASCII.GetBytes(head), .. entry.Body, (byte)'}'];
    }

    /// <summary>Reads a line of an export.</summary>
    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static SealedEntry FromLine(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return new(
                root.GetProperty("workspace").GetInt64(), root.GetProperty("seq").GetInt64(), root.GetProperty("sealed_at").GetInt64(),
                Convert.FromHexString(root.GetProperty("hash").GetString()!), Encoding.UTF8.GetBytes(root.GetProperty("body").GetRawText()));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("This is not a line of an audit export: " + e.Message, e);
        }
    }

    /// <summary>A text field of a body; null when the body is broken or does not have it.</summary>
    public static string? Field(ReadOnlyMemory<byte> body, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value)
                && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
