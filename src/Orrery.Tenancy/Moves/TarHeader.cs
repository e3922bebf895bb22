using System.Buffers.Binary;
using System.Text;

namespace Orrery.Tenancy;

/// <summary>
/// The header of a tar entry (POSIX.1-1988 ustar), of the few kinds that archives of workspaces have: regular files with plain names of
/// up to 100 characters, any size (GNU's base 256 beyond 8 GiB). Everything else is refused, so nothing an extractor could trip over is read.
/// </summary>
internal static class TarHeader
{
    public const int Block = 512;
    private const int NameLength = 100;
    private const int SizeAt = 124;
    private const int ChecksumAt = 148;
    private const int TypeAt = 156;
    private const int MagicAt = 257;
    private const long MaxOctal = 0x1_FFFF_FFFF;

    /// <summary>Bytes that follow content to the next block.</summary>
    public static int Padding(long size) => (int)((Block - (size % Block)) % Block);

    public static byte[] Write(string name, long size, DateTimeOffset at)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, NameLength);
        var header = new byte[Block];
        Encoding.ASCII.GetBytes(name, header);
        Octal(header.AsSpan(100, 8), 0x1A0); // rw-r-----
        Octal(header.AsSpan(108, 8), 0);
        Octal(header.AsSpan(116, 8), 0);
        if (size <= MaxOctal)
        {
            Octal(header.AsSpan(SizeAt, 12), size);
        }
        else
        {
            header[SizeAt] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(SizeAt + 4), size);
        }

        Octal(header.AsSpan(136, 12), Math.Clamp(at.ToUnixTimeSeconds(), 0, MaxOctal));
        header[TypeAt] = (byte)'0';
        "ustar\000"u8.CopyTo(header.AsSpan(MagicAt));
        Encoding.ASCII.GetBytes(Convert.ToString(Checksum(header), 8).PadLeft(6, '0') + "\0 ", header.AsSpan(ChecksumAt));
        return header;
    }

    /// <summary>Name and size of an entry; null when it is the end (a block of zeros).</summary>
    /// <exception cref="ArchiveException">It is none of ours.</exception>
    public static (string Name, long Size)? Read(ReadOnlySpan<byte> header)
    {
        if (header.IndexOfAnyExcept((byte)0) < 0)
            return null;
        if (!header.Slice(MagicAt, 5).SequenceEqual("ustar"u8) || ReadOctal(header.Slice(ChecksumAt, 8)) != Checksum(header))
            throw new ArchiveException("It is not an archive of a workspace: a block that should begin an entry does not.");
        if (header[TypeAt] is not ((byte)'0' or 0) || header.Slice(345, 155).IndexOfAnyExcept((byte)0) >= 0)
            throw new ArchiveException("It has an entry that is not a plain file. Import the file as it was exported; it must not be packed anew.");
        var end = header[..NameLength].IndexOf((byte)0);
        var name = Encoding.Latin1.GetString(header[..(end < 0 ? NameLength : end)]);
        if (!IsPlain(name))
            throw new ArchiveException("It has an entry whose name is not one that archives of workspaces have.");
        return (name, ReadSize(header.Slice(SizeAt, 12)));
    }

    private static bool IsPlain(string name)
    {
        if (name.Length == 0 || name[0] is '.' or '/' || name.Contains("..", StringComparison.Ordinal) || name.Contains("//", StringComparison.Ordinal))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('_' or '.' or '/'))
                return false;
        }

        return true;
    }

    private static long ReadSize(ReadOnlySpan<byte> field)
    {
        var size = field[0] == 0x80 && field[1..4].IndexOfAnyExcept((byte)0) < 0 ? BinaryPrimitives.ReadInt64BigEndian(field[4..]) : ReadOctal(field);
        return size >= 0 ? size : throw new ArchiveException("It has an entry whose size is no number.");
    }

    /// <summary>-1 for what is no octal number.</summary>
    private static long ReadOctal(ReadOnlySpan<byte> field)
    {
        var digits = field.Trim((byte)' ').TrimEnd((byte)0).Trim((byte)' ');
        if (digits.Length is 0 or > 12)
            return -1;
        long value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return -1;
            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    private static int Checksum(ReadOnlySpan<byte> header)
    {
        var sum = 8 * ' ';
        for (var i = 0; i < Block; i++)
        {
            if (i is < ChecksumAt or >= ChecksumAt + 8)
                sum += header[i];
        }

        return sum;
    }

    private static void Octal(Span<byte> field, long value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(field.Length - 1, '0'), field);
}

/// <summary>An archive is not what it should be. Its message is for the one who brought it.</summary>
internal sealed class ArchiveException(string message) : Exception(message);
