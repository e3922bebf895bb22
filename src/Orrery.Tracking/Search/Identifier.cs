namespace Orrery.Tracking;

/// <summary>The left side of a comparison, or a term of an ordering, taken apart: <c>tags.`mlflow.runName`</c>.</summary>
/// <param name="Raw">As written.</param>
/// <param name="Prefix">Before the first dot, unquoted; null for a bare key.</param>
/// <param name="Key">The rest, unquoted.</param>
internal readonly record struct Identifier(string Raw, string? Prefix, string Key)
{
    /// <summary>Takes apart what <see cref="SearchLexer"/> found to be one identifier.</summary>
    public static Identifier Parse(string raw)
    {
        var firstEnd = SearchLexer.PartEnd(raw, 0);
        if (firstEnd < raw.Length)
            return new Identifier(raw, Unquote(raw[..firstEnd]), Keys(raw, firstEnd + 1));

        // A dot splits entity and key even inside quotes, so `metrics.a` names the entity "`metrics", which does not exist.
        var dot = raw.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? new Identifier(raw, null, Unquote(raw)) : new Identifier(raw, raw[..dot], raw[(dot + 1)..]);
    }

    private static string Keys(string raw, int start)
    {
        var keys = new List<string>();
        while (start < raw.Length)
        {
            var end = SearchLexer.PartEnd(raw, start);
            keys.Add(Unquote(raw[start..end]));
            start = end + 1;
        }

        return string.Join('.', keys);
    }

    /// <summary>Removes the quotes of a quoted part and makes its doubled quotes single; leaves others alone.</summary>
    public static string Unquote(string part)
    {
        if (part.Length < 2 || part[0] is not ('`' or '"' or '\'') || part[^1] != part[0])
            return part;
        var quote = part[..1];
        return part[1..^1].Replace(quote + quote, quote, StringComparison.Ordinal);
    }
}
