using System.Collections.Concurrent;
using System.Text;

namespace Orrery.Storage;

/// <summary>Which database speaks.</summary>
public enum DatabaseKind
{
    /// <summary>SQLite, embedded.</summary>
    Sqlite,

    /// <summary>PostgreSQL 15 or newer.</summary>
    Postgres,
}

/// <summary>
/// Renders the platform's portable SQL for one database. The SQL is written once; these markers stand where the two differ:
/// <list type="table">
/// <item><term><c>{rows}</c></term><description>the rows given to <see cref="DbStatement.ExecuteRowsAsync"/>, as a table named <c>rows</c></description></item>
/// <item><term><c>{in NAME}</c></term><description>a membership test against the list set with <see cref="DbStatement.SetList(string, IReadOnlyCollection{string})"/></description></item>
/// <item><term><c>{for update}</c>, <c>{for share}</c> (of those who only need the row to stay), <c>{skip locked}</c></term><description>row locks; nothing on SQLite, which has one writer</description></item>
/// <item><term><c>{json row}(a, b)</c>, <c>{json rows}(x)</c></term><description>values as an array of JSON, and such an array of all rows of an aggregate: what hangs on a row, read with it</description></item>
/// <item><term><c>{text}</c>, <c>{bytes}</c>, <c>{clustered}</c></term><description>in migrations: byte-ordered text, binary, rows stored in key order</description></item>
/// </list>
/// </summary>
public sealed class SqlDialect
{
    /// <summary>The SQLite dialect.</summary>
    public static readonly SqlDialect Sqlite = new(DatabaseKind.Sqlite);

    /// <summary>The PostgreSQL dialect.</summary>
    public static readonly SqlDialect Postgres = new(DatabaseKind.Postgres);

    private readonly ConcurrentDictionary<string, string> _rendered = new(ReferenceComparer.Instance);

    private SqlDialect(DatabaseKind kind) => Kind = kind;

    /// <summary>Which database this is.</summary>
    public DatabaseKind Kind { get; }

    /// <summary>A pattern test, as MLflow means LIKE (case-sensitive) and ILIKE (not): only <c>%</c> and <c>_</c> are special.</summary>
    /// <param name="column">A column of ours, never input.</param>
    /// <param name="parameter">The parameter's name with its <c>@</c>; its value is what <see cref="LikePattern"/> makes of the pattern.</param>
    /// <param name="ignoreCase">ILIKE.</param>
    public string Like(string column, string parameter, bool ignoreCase) => (Kind, ignoreCase) switch
    {
        (DatabaseKind.Sqlite, false) => $"{column} like {parameter}",
        (DatabaseKind.Sqlite, true) => $"lower({column}) like lower({parameter})",
        (_, false) => $"{column} like {parameter}",
        (_, true) => $"{column} ilike {parameter}",
    };

    /// <summary>The value of a pattern's parameter. PostgreSQL has an escape unless told otherwise, and would take that away anew for each row.</summary>
    /// <param name="pattern">In which a backslash is a backslash.</param>
    public string LikePattern(string pattern) => Kind is DatabaseKind.Sqlite ? pattern : pattern.Replace("\\", "\\\\", StringComparison.Ordinal);

    /// <summary>
    /// A join that looks up the row of one key for each row before it, and nothing else. Left to choose, planners turn joins around
    /// or scan them, and are far off where their statistics do not know a workspace yet.
    /// </summary>
    /// <param name="left">Rows that find none stay.</param>
    /// <param name="table">A table of ours.</param>
    /// <param name="alias">Its alias.</param>
    /// <param name="on">Equals every column of a key of the table.</param>
    public string Lookup(bool left, string table, string alias, string on) => (Kind, left) switch
    {
        (DatabaseKind.Sqlite, false) => $"\n cross join {table} {alias} on {on}",
        (DatabaseKind.Sqlite, true) => $"\n  left join {table} {alias} on {on}",
        (_, false) => $"\n cross join lateral (select * from {table} {alias} where {on} offset 0) {alias}",
        (_, true) => $"\n  left join lateral (select * from {table} {alias} where {on} offset 0) {alias} on true",
    };

    /// <summary>The SQL with its markers replaced. Constants are rendered once and remembered.</summary>
    internal string Render(string sql) => string.IsInterned(sql) is { } constant
        ? _rendered.GetOrAdd(constant, static (text, dialect) => dialect.Replace(text, rows: null), this)
        : Replace(sql, rows: null);

    internal string RenderRows(string sql, SqlRows rows) => Replace(sql, rows);

    private string Replace(string sql, SqlRows? rows)
    {
        var open = sql.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
            return sql;
        var text = new StringBuilder(sql.Length + 64);
        var from = 0;
        for (; open >= 0; open = sql.IndexOf('{', from))
        {
            var close = sql.IndexOf('}', open);
            text.Append(sql, from, open - from).Append(Marker(sql[(open + 1)..close], rows));
            from = close + 1;
        }

        return text.Append(sql, from, sql.Length - from).ToString();
    }

    private string Marker(string marker, SqlRows? rows)
    {
        var sqlite = Kind is DatabaseKind.Sqlite;
        return marker switch
        {
            "rows" => (rows ?? throw new InvalidOperationException("{rows} needs ExecuteRowsAsync.")).Table(Kind),
            "for update" => sqlite ? "" : "for update",
            "for share" => sqlite ? "" : "for key share",
            "skip locked" => sqlite ? "" : "for update skip locked",
            "json row" => sqlite ? "json_array" : "json_build_array",
            "json rows" => sqlite ? "json_group_array" : "json_agg",
            "text" => sqlite ? "text" : "text collate \"C\"",
            "bytes" => sqlite ? "blob" : "bytea",
            "clustered" => sqlite ? "without rowid" : "",
            _ when marker.StartsWith("in ", StringComparison.Ordinal) => sqlite
                ? $"in (select value from json_each(@{marker[3..]}))"
                : $"= any(@{marker[3..]})",
            _ => throw new InvalidOperationException($"Unknown marker {{{marker}}} in SQL."),
        };
    }

    private sealed class ReferenceComparer : IEqualityComparer<string>
    {
        public static readonly ReferenceComparer Instance = new();

        public bool Equals(string? x, string? y) => ReferenceEquals(x, y);

        public int GetHashCode(string obj) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj);
    }
}
