namespace Orrery.Governance;

/// <summary>A column of groups: of a column of the data, or of an intersection.</summary>
/// <param name="Name">Column, or columns joined by <c>*</c>.</param>
/// <param name="Values">Names of the groups.</param>
/// <param name="Codes">Each row's group, an index of <paramref name="Values"/>.</param>
internal sealed record SliceColumn(string Name, IReadOnlyList<string> Values, int[] Codes)
{
    public const char Joint = '*';

    /// <summary>The intersection of columns: the combinations that are there, in order.</summary>
    public static SliceColumn Cross(IReadOnlyList<SliceColumn> columns)
    {
        if (columns.Count == 1)
            return columns[0];
        var codes = new int[columns[0].Codes.Length];
        var size = columns.Aggregate(1, static (product, column) => checked(product * column.Values.Count));
        var there = new bool[size];
        for (var row = 0; row < codes.Length; row++)
        {
            foreach (var column in columns)
                codes[row] = (codes[row] * column.Values.Count) + column.Codes[row];
            there[codes[row]] = true;
        }

        var (places, names) = (new int[size], new List<string>());
        for (var code = 0; code < size; code++)
        {
            if (!there[code])
                continue;
            places[code] = names.Count;
            names.Add(Named(columns, code));
        }

        for (var row = 0; row < codes.Length; row++)
            codes[row] = places[codes[row]];
        return new(string.Join(Joint, columns.Select(static column => column.Name)), names, codes);
    }

    /// <summary>The rows of each group, in the order in which they are given.</summary>
    public int[][] Split(ReadOnlySpan<int> order)
    {
        var sizes = new int[Values.Count];
        foreach (var row in order)
            sizes[Codes[row]]++;
        var groups = Array.ConvertAll(sizes, static size => new int[size]);
        Array.Clear(sizes);
        foreach (var row in order)
            groups[Codes[row]][sizes[Codes[row]]++] = row;
        return groups;
    }

    private static string Named(IReadOnlyList<SliceColumn> columns, int code)
    {
        var parts = new string[columns.Count];
        for (var column = columns.Count - 1; column >= 0; column--)
        {
            parts[column] = columns[column].Values[code % columns[column].Values.Count];
            code /= columns[column].Values.Count;
        }

        return string.Join(Joint, parts);
    }
}
