using System.Text;
using System.Text.Unicode;

namespace Orrery.Native;

/// <summary>A statement's text as C takes it.</summary>
internal static class SqlText
{
    /// <summary>UTF-8 with the zero at its end. A NUL inside would hide what follows it from DuckDB.</summary>
    public static byte[] Of(string sql)
    {
        if (sql.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A statement holds no NUL.", nameof(sql));
        var bytes = new byte[Encoding.UTF8.GetByteCount(sql) + 1];
        _ = Encoding.UTF8.GetBytes(sql, bytes);
        return bytes;
    }

    public static void RequireUtf8(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
            throw new ArgumentException("The bytes are not UTF-8.", nameof(text));
    }
}
