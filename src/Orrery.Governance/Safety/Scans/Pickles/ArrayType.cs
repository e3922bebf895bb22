using System.Globalization;

namespace Orrery.Governance;

/// <summary>Reads what a pickle says of a NumPy type.</summary>
internal static class ArrayType
{
    private const int MostNested = 8;

    /// <summary>Bytes of an element, and whether there are Python objects in it.</summary>
    /// <exception cref="InvalidDataException">It is no type.</exception>
    public static (int Size, bool HasObjects) Of(PickleValue dtype)
    {
        if (dtype is not { Kind: PickleKind.Call, Callee: { Kind: PickleKind.Global, Module: "numpy" or "numpy.core.multiarray" or "numpy._core.multiarray", Text: "dtype" } } || dtype.Items is not [{ Kind: PickleKind.Text } named, ..])
            throw new InvalidDataException("an array of joblib has a type that is not known");
        var hasObjects = HasObjects(dtype, 0);
        return (hasObjects ? 0 : Size(named.Text), hasObjects);
    }

    private static bool HasObjects(PickleValue dtype, int depth)
    {
        if (depth > MostNested)
            throw new InvalidDataException("an array's type is nested too deeply");
        if (dtype is not { Kind: PickleKind.Call, Items: [{ Kind: PickleKind.Text } named, ..] })
            throw new InvalidDataException("an array's type is not known");
        if (named.Text.StartsWith('O') || named.Text.Contains("object", StringComparison.Ordinal))
            return true;
        if (!named.Text.StartsWith('V'))
            return false;
        // (version, order, (base, shape), names, fields, size, alignment, flags)
        if (dtype.State is not { Kind: PickleKind.Tuple } state || state.Items.Count < 5)
            throw new InvalidDataException("a structured array does not say its fields");
        var parts = new List<PickleValue>();
        if (state.Items[2] is { Kind: PickleKind.Tuple, Items: [var element, ..] })
            parts.Add(element);
        if (state.Items[4] is { Kind: PickleKind.Dict } fields)
        {
            if (fields.Fields is not { Count: > 0 and < PickleValue.MostFields } named2)
                throw new InvalidDataException("a structured array has no fields, or too many");
            parts.AddRange(named2.Values.Select(static field => field is { Kind: PickleKind.Tuple, Items: [var type, ..] } ? type : throw new InvalidDataException("a field of an array has no type")));
        }

        return parts.Exists(part => HasObjects(part, depth + 1));
    }

    private static int Size(string name)
    {
        var digits = name.Length - 1;
        while (digits >= 0 && char.IsAsciiDigit(name[digits]))
            digits--;
        if (!int.TryParse(name.AsSpan(digits + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || digits != 0)
            throw new InvalidDataException($"an array has the type '{name[..Math.Min(name.Length, 20)]}', which is not known");
        return name[0] switch
        {
            'U' when count <= 1 << 20 => count * 4,
            'f' or 'i' or 'u' or 'b' or 'c' or 'S' or 'V' or 'M' or 'm' => count,
            _ => throw new InvalidDataException($"an array has the type '{name[..Math.Min(name.Length, 20)]}', which is not known"),
        };
    }
}
