using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Orrery.Features;

/// <summary>
/// Keys and values in Redis. A row is one string: <c>orrery:f:WORKSPACE:PROJECT:VIEW-ID:STORAGE-VERSION:</c> and the entity's key. No part before
/// the entity's key can hold a colon, so no two tables share a beginning.
/// </summary>
/// <remarks>
/// One string per entity and view, not one hash per entity: rows of all views and entities of a request come with one round trip either way
/// (MGETs sent together), but a string needs no field name, holds views with different entities alike, takes a time of its own to expire by,
/// and is dropped with its view.
/// </remarks>
internal static class RedisNames
{
    public const int TimesBytes = 16;

    public static byte[] Prefix(OnlineTable table) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"orrery:f:{table.Workspace.Value}:{table.Project}:{table.ViewId}:{table.StorageVersion}:"));

    /// <summary>The hash that counts a table's rows and bytes.</summary>
    public static string Counts(OnlineTable table) => string.Create(
        CultureInfo.InvariantCulture, $"orrery:n:{table.Workspace.Value}:{table.Project}:{table.ViewId}:{table.StorageVersion}");

    public static byte[] Key(byte[] prefix, byte[] entityKey)
    {
        var key = new byte[prefix.Length + entityKey.Length];
        prefix.CopyTo(key, 0);
        entityKey.CopyTo(key, prefix.Length);
        return key;
    }

    public static byte[] Value(in OnlineRow row)
    {
        var value = new byte[TimesBytes + row.Blob!.Length];
        WriteMoment(value, row.EventTime);
        WriteMoment(value.AsSpan(8), row.CreatedTime);
        row.Blob.CopyTo(value, TimesBytes);
        return value;
    }

    /// <summary>Reads a value; none for what is too short to be one.</summary>
    public static OnlineRow Row(byte[]? value) => value is not { Length: > TimesBytes }
        ? OnlineRow.None
        : new OnlineRow(ReadMoment(value), ReadMoment(value.AsSpan(8)), value[TimesBytes..]);

    /// <summary>Most significant byte first, the sign turned, so that bytes compare as times do.</summary>
    public static void WriteMoment(Span<byte> to, long moment) => BinaryPrimitives.WriteInt64BigEndian(to, moment ^ long.MinValue);

    private static long ReadMoment(ReadOnlySpan<byte> from) => BinaryPrimitives.ReadInt64BigEndian(from) ^ long.MinValue;
}
