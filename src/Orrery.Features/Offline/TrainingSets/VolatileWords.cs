using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Orrery.Features;

/// <summary>Words of a query after which it need not give the same twice: clocks, chance, samples, and a limit, which takes any rows unless they are ordered.</summary>
internal static partial class VolatileWords
{
    private static readonly FrozenSet<string> All = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "now", "today", "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "get_current_time", "get_current_timestamp",
        "transaction_timestamp", "statement_timestamp", "clock_timestamp", "timeofday", "getdate", "sysdate", "age", "random", "rand", "setseed", "uuid", "uuidv4", "uuidv7",
        "gen_random_uuid", "uuid_generate_v4", "nextval", "currval", "txid_current", "version", "sample", "tablesample", "any_value", "arbitrary", "limit");

    /// <summary>Those of a query, each once, in lower case.</summary>
    public static IReadOnlyList<string> In(string query) =>
        [.. Words.Matches(query).Where(static match => match.Groups["word"].Success).Select(static match => match.Value.ToLowerInvariant()).Where(All.Contains).Distinct(StringComparer.Ordinal)];

    // Texts, quoted names and comments are passed over.
    [GeneratedRegex("""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|\$\$.*?\$\$|(?<word>[A-Za-z_][A-Za-z0-9_]*)""", RegexOptions.Singleline)]
    private static partial Regex Words { get; }
}
