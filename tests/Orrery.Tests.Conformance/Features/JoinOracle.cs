using System.Globalization;

namespace Orrery.Tests.Conformance;

/// <summary>The join rule said as plainly as can be: every entity row looks at every source row.</summary>
internal static class JoinOracle
{
    /// <summary>The features of each entity row, as text; null where there is none.</summary>
    /// <param name="join">The case.</param>
    /// <param name="ordered">The source's rows have an order, which settles what is equal; otherwise their values do.</param>
    public static List<string?[]> Join(JoinCase join, bool ordered) => [.. join.Entities.Select(entity => Features(join, entity, ordered))];

    /// <summary>A value as results are compared.</summary>
    public static string? Text(object? value) => value switch
    {
        null => null,
        bool yes => yes ? "true" : "false",
        float number => ((double)number).ToString("R", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        DateTimeOffset moment => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        object?[] list => "[" + string.Join(",", list.Select(Text)) + "]",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static string?[] Features(JoinCase join, EntityRow entity, bool ordered)
    {
        SourceRow? best = null;
        foreach (var row in join.Rows)
        {
            if (Holds(join, entity, row) && (best is null || IsBetter(row, best, join, ordered)))
                best = row;
        }

        var asked = join.Asked ?? [.. Enumerable.Range(0, join.Features.Count)];
        return [.. asked.Select(feature => best is null ? null : Text(best.Values[feature]))];
    }

    private static bool Holds(JoinCase join, EntityRow entity, SourceRow row)
    {
        for (var i = 0; i < join.Keys.Count; i++)
        {
            if (entity.Keys[i] is null || row.Keys[i] is null || Text(entity.Keys[i]) != Text(row.Keys[i]))
                return false;
        }

        if (row.Time is not { } time || time > entity.Time)
            return false;
        if (join.Ttl is > 0 and var ttl && entity.Time - time > ttl * 1_000_000)
            return false;
        return !(join.KnownAt && join.HasCreated) || row.Created is { } created && created <= entity.Time;
    }

    private static bool IsBetter(SourceRow row, SourceRow best, JoinCase join, bool ordered)
    {
        if (row.Time != best.Time)
            return row.Time > best.Time;
        if (join.HasCreated && row.Created != best.Created)
            return best.Created is null || row.Created > best.Created;
        return ordered || Compare(row.Values, best.Values) > 0;
    }

    private static int Compare(object?[] one, object?[] other)
    {
        for (var i = 0; i < one.Length; i++)
        {
            var order = (one[i], other[i]) switch
            {
                (null, null) => 0,
                (null, _) => -1,
                (_, null) => 1,
                (string a, string b) => string.CompareOrdinal(a, b),
                (IComparable a, { } b) => a.CompareTo(b),
                _ => throw new InvalidOperationException("No order of such values."),
            };
            if (order != 0)
                return order;
        }

        return 0;
    }
}
