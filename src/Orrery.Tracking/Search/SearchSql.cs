using System.Globalization;
using System.Text;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>A table that holds one row per key of a searched thing: parameters, tags, latest metrics.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Join">Ties a row, under the alias <c>k</c>, to the searched row: <c>k.run_id = r.run_id</c>.</param>
/// <param name="IsMetric">It has the columns <c>is_nan</c> and <c>value</c> of a number.</param>
public sealed record KeyedTable(string Table, string Join, bool IsMetric = false)
{
    /// <summary>For <c>!=</c> on this key, a thing without it matches too. MLflow means it so for one tag of registered models.</summary>
    public string? MissingDiffers { get; init; }
}

/// <summary>An attribute's column.</summary>
/// <param name="Sql">The expression: <c>r.started_at</c>.</param>
/// <param name="IsText">Text, else a whole number.</param>
/// <param name="Nullable">It may be null; nulls come last both ways.</param>
public sealed record SearchColumn(string Sql, bool IsText, bool Nullable = false)
{
    /// <summary>The bare column, which has an index, where <see cref="Sql"/> puts the empty text in place of null: equal to other texts where that is.</summary>
    public string? Indexed { get; init; }

    /// <summary>The expression to compare with.</summary>
    internal string For(Comparison comparison) => (comparison.Op, comparison.Value) switch
    {
        (Comparator.Equal, SearchValue.Text { Value.Length: > 0 }) => Indexed ?? Sql,
        (Comparator.In, SearchValue.Texts texts) when texts.Values.All(static text => text.Length > 0) => Indexed ?? Sql,
        _ => Sql,
    };
}

/// <summary>Where the attributes and keys of one kind of searched thing live. All names are ours, never input.</summary>
/// <param name="Attributes">Column of each attribute of the grammar, by canonical name.</param>
/// <param name="Keyed">Table of each keyed entity.</param>
public sealed record SearchSchema(
    IReadOnlyDictionary<string, SearchColumn> Attributes,
    IReadOnlyDictionary<EntityKind, KeyedTable> Keyed)
{
    /// <summary>Ties a data set's row, under the alias <c>k</c> with columns name, digest and context, to the searched row.</summary>
    public KeyedTable? Datasets { get; init; }

    /// <summary>Column of the workspace's number, to tie keyed rows to.</summary>
    public required string Tenant { get; init; }

    /// <summary>A table with one row per thing and metric key to order by, where the metrics' own table has several; null where it has one.</summary>
    public KeyedTable? LatestMetrics { get; init; }
}

/// <summary>
/// Turns a parsed filter and ordering into portable SQL. Everything of the caller's is a parameter; the SQL itself is put
/// together from fixed pieces. Pages go by the keys of the last row.
/// </summary>
public sealed class SearchSql(SearchSchema schema, SqlDialect dialect)
{
    private readonly List<Action<DbStatement>> _parameters = [];
    private readonly List<string> _joins = [];
    private int _count;

    /// <summary>Left joins that the ordering needs, each on a line of its own.</summary>
    public string Joins => string.Concat(_joins);

    /// <summary>Sets every parameter that the pieces made so far use.</summary>
    public void SetAll(DbStatement statement)
    {
        foreach (var set in _parameters)
            set(statement);
    }

    /// <summary>Conditions, each beginning with <c>and</c>.</summary>
    /// <param name="comparisons">All must hold.</param>
    /// <param name="owner">
    /// Alias whose row names the searched thing as <c>r</c> does, but comes before it in a join: what is keyed is tested there, and
    /// <c>r</c> is fetched for those that pass. Null for <c>r</c>.
    /// </param>
    public string Where(IEnumerable<Comparison> comparisons, string? owner = null)
    {
        var sql = new StringBuilder();
        foreach (var comparison in comparisons)
            sql.Append("\n   and ").Append(Condition(comparison, owner ?? "r"));
        return sql.ToString();
    }

    /// <summary>The sort keys of an ordering, for the select list, <c>order by</c> and tokens. None of them is null.</summary>
    public IReadOnlyList<SortKey> SortKeys(IReadOnlyList<OrderBy> order)
    {
        var keys = new List<SortKey>();
        foreach (var term in order)
            Add(keys, term);
        return keys;
    }

    /// <summary>The condition that a row comes after the row whose keys these are.</summary>
    public string After(IReadOnlyList<SortKey> keys, IReadOnlyList<object?> last)
    {
        // a >= x and ((a > x) or (a = x and (b > y or (b = y and ...)))): the first part is where an index begins.
        var sql = new StringBuilder("\n   and ");
        if (keys.Count > 1)
            sql.Append(CultureInfo.InvariantCulture, $"{keys[0].Sql} {(keys[0].Ascending ? ">=" : "<=")} {Parameter(last[0])} and ");
        for (var i = 0; i < keys.Count; i++)
        {
            var name = Parameter(last[i]);
            var comparator = keys[i].Ascending ? ">" : "<";
            sql.Append(CultureInfo.InvariantCulture, $"({keys[i].Sql} {comparator} {name}");
            if (i < keys.Count - 1)
                sql.Append(CultureInfo.InvariantCulture, $" or {keys[i].Sql} = {name} and ");
        }

        return sql.Append(')', keys.Count).ToString();
    }

    /// <summary>A new parameter.</summary>
    /// <param name="value">Text, a whole number or a number.</param>
    /// <returns>Its name with the <c>@</c>.</returns>
    public string Parameter(object? value)
    {
        var name = "s" + _count++.ToString(CultureInfo.InvariantCulture);
        _parameters.Add(value switch
        {
            string text => statement => statement.Set(name, text),
            long whole => statement => statement.Set(name, whole),
            int whole => statement => statement.Set(name, (long)whole),
            double number => statement => statement.Set(name, number),
            null => statement => statement.Set(name, (string?)null),
            _ => throw new ArgumentException($"A {value.GetType().Name} cannot be a parameter.", nameof(value)),
        });
        return "@" + name;
    }

    private string Condition(Comparison comparison, string owner) => comparison.Entity switch
    {
        EntityKind.Attribute => Compare(schema.Attributes[comparison.Key].For(comparison), comparison),
        EntityKind.Dataset => Exists(schema.Datasets!, owner, Compare("k." + comparison.Key, comparison)),
        _ => Keyed(schema.Keyed[comparison.Entity], owner, comparison),
    };

    private string Keyed(KeyedTable table, string owner, Comparison comparison)
    {
        var key = $"k.key = {Parameter(comparison.Key)}";
        if (table.MissingDiffers == comparison.Key && comparison.Op is Comparator.NotEqual)
        {
            var same = Compare("k.value", comparison with { Op = Comparator.Equal });
            return "not " + Exists(table, owner, $"{key} and {same}");
        }

        var test = Compare("k.value", comparison);
        if (table.IsMetric)
            test = comparison.Op is Comparator.NotEqual ? $"(k.is_nan = 1 or {test})" : $"k.is_nan = 0 and {test}";
        return Exists(table, owner, $"{key} and {test}");
    }

    // With an offset PostgreSQL looks up one row by its key for each that it tests. Without, it makes a join of the two, and with
    // statistics that are missing or old chooses plans that take a thousand times longer.
    private string Exists(KeyedTable table, string owner, string test) =>
        $"exists (select 1 from {table.Table} k where k.tenant_id = {Of(owner, schema.Tenant)} and {Of(owner, table.Join)} and {test} limit 1 offset 0)";

    private static string Of(string owner, string sql) => sql.Replace("r.", owner + ".", StringComparison.Ordinal);

    /// <summary>A comparison of a column of ours with the caller's value.</summary>
    internal string Compare(string column, Comparison comparison) => comparison.Op switch
    {
        Comparator.Like or Comparator.ILike => dialect.Like(column, Parameter(dialect.LikePattern(((SearchValue.Text)comparison.Value).Value)), comparison.Op is Comparator.ILike),
        Comparator.In => $"{column} {{in {List(comparison.Value)}}}",
        Comparator.NotIn => $"not {column} {{in {List(comparison.Value)}}}",
        Comparator.Equal => $"{column} = {Parameter(comparison.Value)}",
        Comparator.NotEqual => $"{column} <> {Parameter(comparison.Value)}",
        Comparator.Greater => $"{column} > {Parameter(comparison.Value)}",
        Comparator.GreaterOrEqual => $"{column} >= {Parameter(comparison.Value)}",
        Comparator.Less => $"{column} < {Parameter(comparison.Value)}",
        Comparator.LessOrEqual => $"{column} <= {Parameter(comparison.Value)}",
        _ => throw new ArgumentException($"No SQL for {comparison.Op}.", nameof(comparison)),
    };

    private string Parameter(SearchValue value) => Parameter(value switch
    {
        SearchValue.Text text => text.Value,
        SearchValue.Whole whole => whole.Value,
        SearchValue.Number number => number.Value,
        _ => throw new ArgumentException("A list is not one parameter.", nameof(value)),
    });

    private string List(SearchValue value)
    {
        var name = "s" + _count++.ToString(CultureInfo.InvariantCulture);
        var texts = ((SearchValue.Texts)value).Values;
        _parameters.Add(statement => statement.SetList(name, texts));
        return name;
    }

    private string Scope(string alias, DatasetScope? scope) => scope switch
    {
        null => "",
        { Digest: null } => $" and {alias}.dataset_name = {Parameter(scope.Name)}",
        _ => $" and {alias}.dataset_name = {Parameter(scope.Name)} and {alias}.dataset_digest = {Parameter(scope.Digest)}",
    };

    private void Add(List<SortKey> keys, OrderBy term)
    {
        if (term.Entity is EntityKind.Attribute)
        {
            var column = schema.Attributes[term.Key];
            if (column.Nullable)
            {
                keys.Add(new($"case when {column.Sql} is null then 1 else 0 end", Ascending: true, SortKeyType.Whole));
                keys.Add(new($"coalesce({column.Sql}, {(column.IsText ? "''" : "0")})", term.Ascending, column.IsText ? SortKeyType.Text : SortKeyType.Whole));
                return;
            }

            keys.Add(new(column.Sql, term.Ascending, column.IsText ? SortKeyType.Text : SortKeyType.Whole));
            return;
        }

        var table = term.Entity is EntityKind.Metric && schema.LatestMetrics is { } latest ? latest : schema.Keyed[term.Entity];
        var alias = "o" + _joins.Count.ToString(CultureInfo.InvariantCulture);
        var join = table.Join.Replace("k.", alias + ".", StringComparison.Ordinal);
        _joins.Add(dialect.Lookup(
            left: true, table.Table, alias, $"{alias}.tenant_id = {schema.Tenant} and {join} and {alias}.key = {Parameter(term.Key)}{Scope(alias, term.Dataset)}"));
        keys.Add(new(table.IsMetric ? $"coalesce({alias}.is_nan, 2)" : $"case when {alias}.key is null then 1 else 0 end", Ascending: true, SortKeyType.Whole));
        keys.Add(table.IsMetric
            ? new($"coalesce({alias}.value, 0.0)", term.Ascending, SortKeyType.Number)
            : new($"coalesce({alias}.value, '')", term.Ascending, SortKeyType.Text));
    }
}

/// <summary>The type of a sort key.</summary>
public enum SortKeyType
{
    /// <summary>Text, by bytes.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number.</summary>
    Number,
}

/// <summary>One expression that rows are sorted by.</summary>
/// <param name="Sql">Never null.</param>
/// <param name="Ascending">Smallest first.</param>
/// <param name="Type">What it yields.</param>
public sealed record SortKey(string Sql, bool Ascending, SortKeyType Type)
{
    /// <summary>For <c>order by</c>.</summary>
    public string OrderSql => Ascending ? Sql : Sql + " desc";

    /// <summary>Reads it from column <paramref name="ordinal"/>.</summary>
    public object Read(System.Data.Common.DbDataReader row, int ordinal) => Type switch
    {
        SortKeyType.Text => row.GetString(ordinal),
        SortKeyType.Whole => row.GetInt64(ordinal),
        _ => row.GetDouble(ordinal),
    };

    /// <summary>True when a key from a page token has this key's type.</summary>
    public bool Accepts(object? key) => Type switch
    {
        SortKeyType.Text => key is string,
        SortKeyType.Whole => key is long,
        _ => key is double,
    };

    /// <summary>Orders two keys as the database does.</summary>
    public int Compare(object left, object right)
    {
        var order = Type switch
        {
            SortKeyType.Text => CompareCodePoints((string)left, (string)right),
            SortKeyType.Whole => ((long)left).CompareTo((long)right),
            _ => ((double)left).CompareTo((double)right),
        };
        return Ascending ? order : -order;
    }

    // Databases order text by its UTF-8 bytes, which is by code point; a surrogate is less than U+E000 to U+FFFF only as UTF-16.
    private static int CompareCodePoints(string left, string right)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
            return left.Length.CompareTo(right.Length);
        var (a, b) = (left[same], right[same]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }
}
