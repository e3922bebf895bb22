using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orrery.Features;

/// <summary>Subjects by the codes of their keys. Immutable.</summary>
public sealed class SubjectIndex
{
    /// <param name="key">Of the workspace, that codes are made with.</param>
    /// <param name="subjects">Names of the key's columns, in ordinal order, and the code.</param>
    public SubjectIndex(byte[] key, IEnumerable<(string JoinKeys, byte[] Code)> subjects) => Groups =
    [
        .. subjects.GroupBy(static one => one.JoinKeys, StringComparer.Ordinal).OrderBy(static group => group.Key, StringComparer.Ordinal)
            .Select(group => new SubjectGroup(key, group.Key.Split(','), group.Select(static one => SubjectGroup.Head(one.Code)).ToFrozenSet())),
    ];

    /// <summary>By the columns of their keys.</summary>
    public IReadOnlyList<SubjectGroup> Groups { get; }

    /// <summary>The code of a key: HMAC-SHA-256 over its columns by name.</summary>
    /// <param name="key">Of the workspace.</param>
    /// <param name="subject">Columns and their values.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] Code(byte[] key, IReadOnlyDictionary<string, string> subject) => HMACSHA256.HashData(
        key, Encoding.UTF8.GetBytes(string.Concat(subject.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}\0{pair.Value}\0"))));

    /// <summary>A value of a key that is a whole number, as codes have it: <c>42.0</c> and <c>042</c> are <c>42</c>.</summary>
    public static string Whole(string text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && decimal.IsInteger(number)
        ? decimal.Truncate(number).ToString("0", CultureInfo.InvariantCulture)
        : text;
}

/// <summary>Subjects whose keys have the same columns. Immutable.</summary>
public sealed class SubjectGroup
{
    private readonly byte[] _key;
    private readonly FrozenSet<UInt128> _codes;

    internal SubjectGroup(byte[] key, IReadOnlyList<string> columns, FrozenSet<UInt128> codes) => (_key, Columns, _codes) = (key, columns, codes);

    /// <summary>Names of the key's columns, in ordinal order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>How many there are.</summary>
    public int Count => _codes.Count;

    /// <summary>Whether a subject is among them.</summary>
    /// <param name="text">UTF-8: of each column its name, a zero, its value, a zero.</param>
    public bool Contains(ReadOnlySpan<byte> text)
    {
        Span<byte> code = stackalloc byte[32];
        HMACSHA256.HashData(_key, text, code);
        return _codes.Contains(Head(code));
    }

    /// <summary>Whether a subject is among them, by the values of <see cref="Columns"/>.</summary>
    public bool Contains(IReadOnlyList<string> values) => Contains(Encoding.UTF8.GetBytes(string.Concat(Columns.Select((column, at) => $"{column}\0{values[at]}\0"))));

    internal static UInt128 Head(ReadOnlySpan<byte> code) => BinaryPrimitives.ReadUInt128BigEndian(code);
}
