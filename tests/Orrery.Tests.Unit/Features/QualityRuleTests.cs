using System.Text.Json;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Each kind of rule on a small table whose answers are counted by hand.</summary>
public sealed class QualityRuleTests : IDisposable
{
    private const string Rows = """
        create table t as select * from (values
          (1, 'Ada',  36.5, '2026-01-01', '{"a":1}', 'red',   'red',  timestamp '2026-11-21 10:00:00'),
          (2, 'Bob',  17.0, '2026-02-30', '[1,2]',   'green', 'red',  timestamp '2026-11-21 11:00:00'),
          (3, 'Cyd',  50.0, 'x',          '{',       'blue',  'blue', timestamp '2026-11-21 08:00:00'),
          (4, null,   null, null,         null,      null,    'red',  null),
          (4, 'Ada', 900.0, '2026-03-01', 'true',    'red',   'green',timestamp '2026-11-21 09:00:00'))
          v(id, name, age, day, doc, color, other, seen)
        """;

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly DuckDatabase _database = DuckDatabase.Open(null, new DuckOptions());
    private readonly DuckConnection _connection;
    private readonly QualityTable _table;

    public QualityRuleTests()
    {
        _connection = _database.Connect();
        _connection.Execute(Rows);
        _table = new QualityTable("t", [
            ("id", "INTEGER"), ("name", "VARCHAR"), ("age", "DECIMAL(4,1)"), ("day", "VARCHAR"), ("doc", "VARCHAR"), ("color", "VARCHAR"), ("other", "VARCHAR"),
            ("seen", "TIMESTAMP")]);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    [Theory]
    [InlineData("""{"expect":"not_be_null","column":"id"}""", true, 0)]
    [InlineData("""{"expect":"not_be_null","column":"name"}""", false, 1)]
    [InlineData("""{"expect":"not_be_null","column":"name","mostly":0.8}""", true, 1)]
    [InlineData("""{"expect":"not_be_null","column":"name","mostly":0.81}""", false, 1)]
    [InlineData("""{"expect":"be_null","column":"name","mostly":0.2}""", true, 4)]
    [InlineData("""{"expect":"expect_column_values_to_be_in_set","column":"color","values":["red","green"]}""", false, 1)]
    [InlineData("""{"expect":"be_in_set","column":"color","values":["red","green"],"mostly":0.75}""", true, 1)]
    [InlineData("""{"expect":"be_in_set","column":"color","values":["it's","red"]}""", false, 2)]
    [InlineData("""{"expect":"not_in_set","column":"id","values":[9,4]}""", false, 2)]
    [InlineData("""{"expect":"be_between","column":"age","min":18,"max":120}""", false, 2)]
    [InlineData("""{"expect":"be_between","column":"seen","min":"2026-11-21 09:00:00"}""", false, 1)]
    [InlineData("""{"expect":"value_lengths_between","column":"name","min":3,"max":3}""", true, 0)]
    [InlineData("""{"expect":"value_lengths_equal","column":"day","max":10}""", false, 1)]
    [InlineData("""{"expect":"match_regex","column":"name","pattern":"^[AB]"}""", false, 1)]
    [InlineData("""{"expect":"not_match_regex","column":"name","pattern":"d"}""", false, 3)]
    [InlineData("""{"expect":"match_strftime","column":"day","pattern":"%Y-%m-%d"}""", false, 2)]
    [InlineData("""{"expect":"be_json_parseable","column":"doc"}""", false, 1)]
    [InlineData("""{"expect":"pair_equal","columns":["color","other"]}""", false, 2)]
    [InlineData("""{"expect":"pair_greater","columns":["other","color"]}""", false, 3)]
    [InlineData("""{"expect":"pair_in_set","columns":["color","other"],"values":[["red","red"],["blue","blue"]]}""", false, 2)]
    [InlineData("""{"expect":"satisfy","pattern":"age < 100 or name is null"}""", false, 1)]
    [InlineData("""{"expect":"z_scores_less_than","column":"age","max":1.4}""", false, 1)]
    [InlineData("""{"expect":"be_between","column":"day","min":1}""", false, 4)]
    [InlineData("""{"expect":"be_unique","column":"id"}""", false, 2)]
    [InlineData("""{"expect":"be_unique","column":"day"}""", true, 0)]
    [InlineData("""{"expect":"compound_columns_unique","columns":["name","color"]}""", false, 2)]
    public void Rows_are_counted(string rule, bool passes, long unexpected)
    {
        var result = Check(rule);

        Assert.Null(result.Error);
        Assert.Equal((passes, unexpected), (result.Passed, result.UnexpectedCount));
        Assert.True(result.ElementCount == 5 && result.MissingCount <= 1);
    }

    [Theory]
    [InlineData("""{"expect":"proportion_non_null_between","column":"name","min":0.8,"max":0.8}""", true, "0.8")]
    [InlineData("""{"expect":"unique_value_count_between","column":"name","max":2}""", false, "3")]
    [InlineData("""{"expect":"proportion_unique_between","column":"id","min":0.8}""", true, "0.8")]
    [InlineData("""{"expect":"distinct_values_be_in_set","column":"color","values":["red","green"]}""", false, "1")]
    [InlineData("""{"expect":"distinct_values_contain_set","column":"color","values":["red","green"]}""", true, "2")]
    [InlineData("""{"expect":"distinct_values_contain_set","column":"color","values":["red","pink"]}""", false, "1")]
    [InlineData("""{"expect":"distinct_values_equal_set","column":"color","values":["red","green","blue","red"]}""", true, "3")]
    [InlineData("""{"expect":"min_between","column":"age","min":17}""", true, "17.0")]
    [InlineData("""{"expect":"max_between","column":"age","max":899.9}""", false, "900.0")]
    [InlineData("""{"expect":"mean_between","column":"age","min":250.875,"max":250.875}""", true, "250.875")]
    [InlineData("""{"expect":"median_between","column":"id","min":3,"max":3}""", true, "3.0")]
    [InlineData("""{"expect":"sum_between","column":"id","min":14,"max":14}""", true, "14")]
    [InlineData("""{"expect":"quantile_between","column":"id","quantile":0.25,"min":2,"max":2}""", true, "2.0")]
    [InlineData("""{"expect":"stdev_between","column":"id","min":1.30,"max":1.31}""", true, "1.3038404810405297")]
    [InlineData("""{"expect":"be_of_type","column":"id","values":["integer","bigint"]}""", true, "INTEGER")]
    [InlineData("""{"expect":"column_to_exist","column":"nope"}""", false, null)]
    [InlineData("""{"expect":"table_columns_match_set","values":["seen","id","name","age","day","doc","color","other"]}""", true, null)]
    [InlineData("""{"expect":"table_columns_match_ordered_list","values":["seen","id","name","age","day","doc","color","other"]}""", false, null)]
    [InlineData("""{"expect":"column_count_between","min":8,"max":8}""", true, "8")]
    [InlineData("""{"expect":"row_count_between","min":1,"max":4}""", false, "5")]
    [InlineData("""{"expect":"row_count_equal","max":5}""", true, "5")]
    [InlineData("""{"expect":"freshness","column":"seen","max":"1h"}""", true, "2026-11-21 11:00:00")]
    [InlineData("""{"expect":"freshness","column":"seen","max":"59m"}""", false, "2026-11-21 11:00:00")]
    [InlineData("""{"expect":"kl_divergence_less_than","column":"color","max":0.01,"values":[["red",0.5],["green",0.25],["blue",0.25]]}""", true, "0.0")]
    [InlineData("""{"expect":"kl_divergence_less_than","column":"color","max":100,"values":[["red",0.5],["green",0.5]]}""", false, "inf")]
    public void The_whole_is_measured(string rule, bool passes, string? observed)
    {
        var result = Check(rule);

        Assert.Null(result.Error);
        Assert.Equal(passes, result.Passed);
        if (observed is not null)
            Assert.Equal(observed, result.Observed);
    }

    [Fact]
    public void The_divergence_is_the_sum_over_categories()
    {
        var result = Check("""{"expect":"kl_divergence_less_than","column":"color","max":0.2,"values":[["red",2],["green",3],["blue",5]]}""");

        var expected = (0.5 * Math.Log(0.5 / 0.2)) + (0.25 * Math.Log(0.25 / 0.3)) + (0.25 * Math.Log(0.25 / 0.5));
        Assert.Equal(expected, double.Parse(result.Observed!, System.Globalization.CultureInfo.InvariantCulture), 12);
        Assert.False(result.Passed);
    }

    [Fact]
    public void A_rule_that_does_not_fit_tells_and_leaves_the_others_alone()
    {
        var results = Run("""{"expect":"be_between","column":"seen","min":"soon"}""", """{"expect":"not_be_null","column":"id"}""", """{"expect":"be_null","column":"gone"}""");

        Assert.Contains("soon", results[0].Error, StringComparison.OrdinalIgnoreCase);
        Assert.True(results[1].Passed);
        Assert.StartsWith("There is no column gone; there are id, name", results[2].Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_are_shown_but_of_hidden_columns()
    {
        Assert.Equal(["17.0", "900.0"], Check("""{"expect":"be_between","column":"age","min":18,"max":120}""").Samples.Order());
        Assert.Equal(["Ada, red"], Check("""{"expect":"compound_columns_unique","columns":["name","color"]}""").Samples);
        var hidden = new QualityCheck(_connection, _table, new HashSet<string> { "age" }, Now).Run(Compile("""{"expect":"be_between","column":"age","min":18}"""), TestContext.Current.CancellationToken);
        Assert.Empty(hidden[0].Samples);
    }

    [Fact]
    public void Rows_that_break_a_rule_are_told_apart()
    {
        var rules = Compile("""{"expect":"be_between","column":"age","min":18,"max":120,"on_failure":"quarantine"}""", """{"expect":"not_be_null","column":"name","on_failure":"quarantine"}""");

        var keeps = new QualityCheck(_connection, _table, new HashSet<string>(), Now).Keeps(rules);

        using var reader = _connection.Query($"select id, name from t where {keeps} order by id", cancel: TestContext.Current.CancellationToken);
        Assert.True(reader.Read());
        Assert.Equal([1, 3], reader.Values<int>(0).ToArray());
    }

    [Theory]
    [InlineData("""{"expect":"be_lucky","column":"age"}""", "which is no rule; there are not_be_null")]
    [InlineData("""{"expect":"be_between","column":"age"}""", "needs min or max")]
    [InlineData("""{"expect":"be_between","min":1}""", "needs a column")]
    [InlineData("""{"expect":"be_unique","column":"age","on_failure":"quarantine"}""", "cannot set single rows aside")]
    [InlineData("""{"expect":"not_be_null","column":"age","mostly":1.5}""", "from 0 to 1")]
    [InlineData("""{"expect":"freshness","column":"seen","max":"soon"}""", "duration")]
    [InlineData("""{"expect":"kl_divergence_less_than","column":"age","max":1,"values":["a"]}""", "pairs")]
    public void A_wrong_rule_is_refused(string rule, string says)
    {
        var faults = new CompileFaults();
        QualityRule.Compile([Document(rule)], "sources[0].rules", ofSource: true, faults);

        var fault = Assert.Single(faults.ToFailure()!.Faults);
        Assert.StartsWith("sources[0].rules[0].", fault.Field, StringComparison.Ordinal);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    private QualityResult Check(string rule) => Assert.Single(Run(rule));

    private IReadOnlyList<QualityResult> Run(params string[] rules) =>
        new QualityCheck(_connection, _table, new HashSet<string>(), Now).Run(Compile(rules), TestContext.Current.CancellationToken);

    private static IReadOnlyList<QualityRule> Compile(params string[] rules)
    {
        var faults = new CompileFaults();
        var compiled = QualityRule.Compile([.. rules.Select(Document)], "rules", ofSource: false, faults);
        Assert.Null(faults.ToFailure());
        return compiled;
    }

    private static QualityRuleDocument Document(string rule) => JsonSerializer.Deserialize(rule, OrreryJson.TypeOf<QualityRuleDocument>())!;
}
