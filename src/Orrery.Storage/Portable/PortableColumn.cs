using System.Globalization;
using System.Text;

namespace Orrery.Storage;

/// <summary>What a column that travels holds.</summary>
public enum PortableType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A whole number of 64 bits.</summary>
    Whole,

    /// <summary>A number, infinities among them, never NaN.</summary>
    Number,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>0 or 1.</summary>
    Flag,

    /// <summary>Text that is a JSON document.</summary>
    Json,

    /// <summary>A key or folder of blobs. It begins with the workspace's name, which stays behind; what begins with the table's <see cref="PortableTable.OwnKeys"/> is none.</summary>
    BlobKey,
}

/// <summary>A column that travels with its workspace.</summary>
/// <param name="Name">In the table, and in the archive.</param>
/// <param name="Type">What it holds.</param>
/// <param name="IsNullable">May be null. One that an archive does not have is null.</param>
/// <param name="MaxLength">Of text, characters; of bytes, bytes.</param>
/// <param name="Choices">The only texts it may hold; null for any.</param>
public sealed record PortableColumn(string Name, PortableType Type, bool IsNullable, int MaxLength, IReadOnlyList<string>? Choices)
{
    private const int Longest = 8 << 20;

    /// <summary>Least whole number that it may hold.</summary>
    public long Least { get; init; } = long.MinValue;

    /// <summary>Greatest whole number that it may hold.</summary>
    public long Most { get; init; } = long.MaxValue;

    /// <summary>Whether a text may stand in it, beyond its type and length; null for any.</summary>
    public Func<string, bool>? Allows { get; init; }

    internal bool IsText => Type is PortableType.Text or PortableType.Json or PortableType.BlobKey;

    /// <summary>Reads <c>name type[(length or choices)][?]</c>: <c>ended_at whole?</c>, <c>name text(250)</c>, <c>lifecycle text(active|deleted)</c>, <c>size whole(0..100)</c>.</summary>
    /// <exception cref="FormatException">It is written otherwise.</exception>
    internal static PortableColumn Parse(string text)
    {
        var parts = text.Split(' ', 2);
        if (parts.Length != 2)
            throw new FormatException($"The column '{text}' has no type.");
        var (type, nullable) = parts[1].EndsWith('?') ? (parts[1][..^1], true) : (parts[1], false);
        var open = type.IndexOf('(', StringComparison.Ordinal);
        var argument = open < 0 ? "" : type[(open + 1)..^1];
        var kind = Enum.Parse<PortableType>(open < 0 ? type : type[..open], ignoreCase: true);
        if (argument.Length == 0)
            return new(parts[0], kind, nullable, Longest, null);
        if (kind is PortableType.Whole && argument.Split("..") is [var least, var most])
            return new(parts[0], kind, nullable, Longest, null) { Least = Number(least), Most = Number(most) };
        return int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? new(parts[0], kind, nullable, length, null)
            : new(parts[0], kind, nullable, Longest, argument.Split('|'));
    }

    /// <summary>Why a value cannot stand in it; null when it can.</summary>
    internal string? Problem(object? value) => value switch
    {
        null => IsNullable ? null : "is null",
        string text => Problem(text),
        long whole when Type is PortableType.Flag && whole is not (0 or 1) => "is neither 0 nor 1",
        long whole when whole < Least || whole > Most => string.Create(CultureInfo.InvariantCulture, $"is {whole}; it must be {Least} to {Most}"),
        double.NaN => "is NaN",
        byte[] bytes when bytes.Length > MaxLength => $"has {bytes.Length} bytes; {MaxLength} are allowed",
        _ => null,
    };

    private string? Problem(string text)
    {
        if (text.Length > MaxLength)
            return $"has {text.Length} characters; {MaxLength} are allowed";
        if (text.Contains('\0', StringComparison.Ordinal))
            return "has a null character";
        if (Choices is not null && !Choices.Contains(text))
            return $"is '{(text.Length > 40 ? text[..40] + "..." : text)}'; it must be one of {string.Join(", ", Choices)}";
        if (Type is PortableType.Json && !IsJson(text))
            return "is not JSON";
        return Allows is null || Allows(text) ? null : $"is '{(text.Length > 100 ? text[..100] + "..." : text)}', which it must not be";
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static bool IsJson(string text)
    {
        var reader = new System.Text.Json.Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            while (reader.Read())
            {
                // Only whether it ends well.
            }

            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
