using System.Text.RegularExpressions;
using Orrery.Features;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Redshift's SQL is PostgreSQL's but for what Redshift does otherwise.</summary>
public sealed partial class RedshiftSqlTests
{
    [Fact]
    public void It_differs_in_times_and_collations_only()
    {
        var (postgres, redshift) = (Sql(PostgresDialect.Instance), Sql(RedshiftDialect.Instance));

        Assert.Equal(Plain(postgres), Plain(redshift));
        Assert.DoesNotContain("collate", redshift, StringComparison.Ordinal);
        Assert.DoesNotContain("extract", redshift, StringComparison.Ordinal);
        Assert.Contains("datediff(microsecond, timestamp '1970-01-01 00:00:00', cast(\"moment\" as timestamp)) as ts", redshift, StringComparison.Ordinal);
        Assert.Contains("datediff(microsecond, timestamp '1970-01-01 00:00:00', \"created\" at time zone 'UTC') as created", redshift, StringComparison.Ordinal);
        Assert.DoesNotContain("lateral", redshift, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("asof", redshift, StringComparison.OrdinalIgnoreCase);
    }

    private static string Sql(PostgresDialect dialect)
    {
        var join = new JoinCase("redshift") { HasCreated = true, Features = ["int64", "string"], Ttl = 60 };
        var view = JoinBench.Compile(join.Document(new() { Type = "table", Warehouse = "main", Table = "public.t" })).Views["v"];
        var columns = new Dictionary<string, SourceColumn>
        {
            ["key0"] = new("key0", "\"key0\"", SourceType.Text, "text"),
            ["moment"] = new("moment", "\"moment\"", SourceType.Time, "timestamp without time zone"),
            ["created"] = new("created", "\"created\"", SourceType.Zoned, "timestamp with time zone"),
            ["feature0"] = new("feature0", "\"feature0\"", SourceType.Whole, "bigint"),
            ["feature1"] = new("feature1", "\"feature1\"", SourceType.Text, "text"),
        };
        var relation = new SourceRelation { Source = view.Source, From = "\"public\".\"t\"", Find = name => columns.GetValueOrDefault(name) };
        var scan = dialect.Scan(relation, view, [0, 1], new(JoinCases.At(0), JoinCases.At(60))).Value;
        return PostgresJoinSql.Join(new() { Name = "v0", View = view, Fields = [0, 1], Scan = scan, Keys = ["j0"], KnownAt = true }, dialect);
    }

    private static string Plain(string sql) => Brackets.Replace(Moment.Replace(Collation.Replace(sql, ""), "MICROS"), "$1");

    [GeneratedRegex(" collate \"C\"")]
    private static partial Regex Collation { get; }

    [GeneratedRegex(@"case when isfinite\([^)]*\) then cast\(floor\(extract\(epoch from [^*]*\* 1000000\) as bigint\) end|datediff\(microsecond, timestamp '1970-01-01 00:00:00', (cast\([^)]*\)|[^)]*)\)")]
    private static partial Regex Moment { get; }

    [GeneratedRegex(@"\((e\.k0|cast\([^()]*\))\)")]
    private static partial Regex Brackets { get; }
}
