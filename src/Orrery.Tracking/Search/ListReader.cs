using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>Reads the list of an IN: <c>('a', "b")</c>. A comma behind the last text is allowed, as in Python.</summary>
internal static class ListReader
{
    private const string Expected = "While parsing a list in the query, expected ";

    public static Result<SearchValue> Read(string raw)
    {
        var tokens = SearchLexer.Read(raw);
        var items = tokens[1..^1];
        if (items.Count == 0)
            return SearchGrammar.InvalidFilter(Expected + "a non-empty list of string values, but got empty list");
        if (items.Count > 2 * SearchGrammar.MaxListItems)
            return SearchGrammar.InvalidFilter($"A list in the filter has more than {SearchGrammar.MaxListItems} values.");

        var texts = new List<string>(items.Count / 2 + 1);
        for (var i = 0; i < items.Count; i++)
        {
            var item = raw[items[i].Start..items[i].End];
            if (i % 2 == 1 && items[i].Kind is TokenKind.Comma)
                continue;
            if (i % 2 == 0 && items[i].Kind is TokenKind.Number)
            {
                return SearchGrammar.InvalidFilter(
                    $"{Expected}string value, punctuation, or whitespace, but got different type in list: {raw}");
            }

            if (i % 2 == 1 || !(items[i].Kind is TokenKind.Text || item[0] is '"'))
                return SearchGrammar.InvalidFilter(Expected + "a non-empty list of string values, but got ill-formed list.");
            texts.Add(Identifier.Unquote(item));
        }

        return new SearchValue.Texts(texts);
    }
}
