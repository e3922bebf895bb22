using System.Buffers.Binary;
using System.Globalization;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Names of what batch predictions make: blobs, files, predictions.</summary>
internal static class BatchPlaces
{
    /// <summary>Folder of a workspace's batch predictions in the blob store.</summary>
    public static string Folder(WorkspaceId workspace) => string.Create(CultureInfo.InvariantCulture, $"{workspace.Value}/batch-predictions/");

    /// <summary>Folder of one of them.</summary>
    public static string Folder(WorkspaceId workspace, string batch) => $"{Folder(workspace)}{batch}/";

    /// <summary>Key of a new blob: an attempt never writes where another one does.</summary>
    public static string NewKey(WorkspaceId workspace, string batch, string kind, long partition, string extension, DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{Folder(workspace, batch)}{kind}/{partition:D6}-{Guid.CreateVersion7(now):N}{extension}");

    /// <summary>Name of a file of the output, by which it is downloaded.</summary>
    public static string FileName(bool refused, long partition, string extension) =>
        string.Create(CultureInfo.InvariantCulture, $"{(refused ? "refused" : "part")}-{partition:D6}{extension}");

    /// <summary>The partition of a file's name, and whether it is one of refused rows; null when it is no such name.</summary>
    public static (bool Refused, long Partition)? Parse(string name)
    {
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dash < 0 || dot < dash || name[..dash] is not ("part" or "refused"))
            return null;
        return long.TryParse(name.AsSpan(dash + 1, dot - dash - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition) ? (name[..dash] is "refused", partition) : null;
    }

    /// <summary>Id of the prediction of a row: the same however often it is made, and another for each row.</summary>
    public static void PredictionId(ReadOnlySpan<byte> batch, long row, Span<byte> text)
    {
        Span<byte> id = stackalloc byte[16];
        batch.CopyTo(id);
        // The time and the version stay; of the 62 bits behind the variant each row has its own.
        var low = BinaryPrimitives.ReadUInt64BigEndian(id[8..]);
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], (low ^ (ulong)(row + 1)) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000);
        Convert.TryToHexStringLower(id, text, out _);
    }
}
