namespace Orrery.Web;

/// <summary>Finds the live parts of a rendered page.</summary>
internal static class LiveParts
{
    private const string Opening = "<!--live:";
    private const string Closing = "-->";

    /// <summary>Each part's id and what is in it. Parts do not lie in one another.</summary>
    public static IEnumerable<(string Id, string Html)> Of(string page)
    {
        var at = 0;
        while ((at = page.IndexOf(Opening, at, StringComparison.Ordinal)) >= 0)
        {
            var named = page.IndexOf(Closing, at, StringComparison.Ordinal);
            var id = page[(at + Opening.Length)..named];
            var end = page.IndexOf($"<!--/live:{id}-->", named, StringComparison.Ordinal);
            var begin = named + Closing.Length;
            yield return (id, page[begin..end]);
            at = end;
        }
    }
}
