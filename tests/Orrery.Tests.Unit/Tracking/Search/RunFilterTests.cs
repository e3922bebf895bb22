using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class RunFilterTests
{
    [Theory]
    // Each entity with each of its prefixes.
    [InlineData("metric.acc >= 0.94", "metrics.`acc` >= 0.94")]
    [InlineData("metrics.XYZ = 3", "metrics.`XYZ` = 3")]
    [InlineData("param.m = 'x'", "params.`m` = 'x'")]
    [InlineData("params.m!='tf'", "params.`m` != 'tf'")]
    [InlineData("parameter.m = 'x'", "params.`m` = 'x'")]
    [InlineData("parameters.m = 'x'", "params.`m` = 'x'")]
    [InlineData("tag.version = 'commit-hash'", "tags.`version` = 'commit-hash'")]
    [InlineData("`tags`.source_name = 'a notebook'", "tags.`source_name` = 'a notebook'")]
    [InlineData("attribute.artifact_uri = '1/23/4'", "attributes.`artifact_uri` = '1/23/4'")]
    [InlineData("attr.status != 'RUNNING'", "attributes.`status` != 'RUNNING'")]
    [InlineData("run.status = 'RUNNING'", "attributes.`status` = 'RUNNING'")]
    [InlineData("user_id ILIKE 'A%'", "attributes.`user_id` ILIKE 'A%'")]
    [InlineData("dataset.name = 'd'", "datasets.`name` = 'd'")]
    [InlineData("datasets.digest LIKE 'ab%'", "datasets.`digest` LIKE 'ab%'")]
    [InlineData("datasets.context NOT IN ('train')", "datasets.`context` NOT IN ('train')")]
    // Each comparator.
    [InlineData("metrics.a > 1", "metrics.`a` > 1")]
    [InlineData("metrics.a < 1", "metrics.`a` < 1")]
    [InlineData("metrics.a <= 1", "metrics.`a` <= 1")]
    [InlineData("metrics.a != 1", "metrics.`a` != 1")]
    [InlineData("metrics.a<>1", "metrics.`a` != 1")]
    [InlineData("tags.t like 'a_%'", "tags.`t` LIKE 'a_%'")]
    [InlineData("tags.t iLike '%'", "tags.`t` ILIKE '%'")]
    [InlineData("run_id in('a','b')", "attributes.`run_id` IN ('a', 'b')")]
    [InlineData("attributes.run_id NOT   IN ('a',  \"b\",)", "attributes.`run_id` NOT IN ('a', 'b')")]
    // Aliases of attributes.
    [InlineData("attributes.`Run name` = 'n'", "attributes.`run_name` = 'n'")]
    [InlineData("`Run Name` = 'n'", "attributes.`run_name` = 'n'")]
    [InlineData("attributes.\"run name\" = 'n'", "attributes.`run_name` = 'n'")]
    [InlineData("Created > 5", "attributes.`start_time` > 5")]
    [InlineData("attributes.created <= 5", "attributes.`start_time` <= 5")]
    [InlineData("end_time = 1700000000000", "attributes.`end_time` = 1700000000000")]
    // Keys.
    [InlineData("params.\"cat dog\" = \"pets\"", "params.`cat dog` = 'pets'")]
    [InlineData("metrics.`spacey name` > 5", "metrics.`spacey name` > 5")]
    [InlineData("metrics.\"accuracy.2.0\" > 5", "metrics.`accuracy.2.0` > 5")]
    [InlineData("metrics.\"X//Y#$$@&Z\" = 3", "metrics.`X//Y#$$@&Z` = 3")]
    [InlineData("tags.`mlflow.runName` = 'r1'", "tags.`mlflow.runName` = 'r1'")]
    [InlineData("tags.mlflow.runName = 'r1'", "tags.`mlflow.runName` = 'r1'")]
    [InlineData("tags.`a``b` = 'x'", "tags.`a``b` = 'x'")]
    [InlineData("params.order = 'x' and tags.in = 'y'", "params.`order` = 'x' AND tags.`in` = 'y'")]
    [InlineData("tags.日本 = 'é😀'", "tags.`日本` = 'é😀'")]
    // Beyond MLflow, which wants these keys quoted.
    [InlineData("metrics.train/loss > 1", "metrics.`train/loss` > 1")]
    [InlineData("params.learning-rate = '1'", "params.`learning-rate` = '1'")]
    [InlineData("metrics.accuracy.2.0 > 5", "metrics.`accuracy.2.0` > 5")]
    // Texts.
    [InlineData("params.m = \"L'Hosp\"", "params.`m` = 'L''Hosp'")]
    [InlineData("params.m = 'it''s'", "params.`m` = 'it''s'")]
    [InlineData("params.m = ''", "params.`m` = ''")]
    [InlineData("params.m = 'a AND b; -- c'", "params.`m` = 'a AND b; -- c'")]
    [InlineData("params.path = 'C:\\dir\\'", "params.`path` = 'C:\\dir\\'")]
    // Numbers.
    [InlineData("metrics.`b` >= 1e-3", "metrics.`b` >= 0.001")]
    [InlineData("metrics.a=-1.5E2", "metrics.`a` = -150")]
    [InlineData("metrics.a < .5", "metrics.`a` < 0.5")]
    [InlineData("metrics.a < 1.", "metrics.`a` < 1")]
    [InlineData("metrics.a < 1e+16", "metrics.`a` < 10000000000000000")]
    [InlineData("start_time > 1e3", "attributes.`start_time` > 1000")]
    // Joining.
    [InlineData("metrics.rmse < 1 and params.model_class = 'LR'", "metrics.`rmse` < 1 AND params.`model_class` = 'LR'")]
    [InlineData("AND metrics.a < 1 AND AND params.b = 'x' AND", "metrics.`a` < 1 AND params.`b` = 'x'")]
    [InlineData("metrics.a < 1\n\tparams.b = 'x'", "metrics.`a` < 1 AND params.`b` = 'x'")]
    public void Accepted(string filter, string canonical)
    {
        var parsed = SearchGrammar.Runs.ParseFilter(filter).Value;

        Assert.Equal(canonical, parsed.ToString());
        Assert.Equal(parsed, SearchGrammar.Runs.ParseFilter(canonical).Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n\t")]
    public void Nothing_matches_everything(string? filter) =>
        Assert.Equal(SearchFilter.None, SearchGrammar.Runs.ParseFilter(filter).Value);

    [Fact]
    public void The_tree_says_what_the_text_meant()
    {
        var filter = SearchGrammar.Runs.ParseFilter(
            "metrics.m >= 2 AND Created < 99999999999999 AND start_time > 0.5 AND params.p ILIKE 'It''s%' AND run_id NOT IN ('a')").Value;

        Assert.Equal(
            [
                new Comparison(EntityKind.Metric, "m", Comparator.GreaterOrEqual, new SearchValue.Number(2)),
                new Comparison(EntityKind.Attribute, "start_time", Comparator.Less, new SearchValue.Whole(99_999_999_999_999)),
                new Comparison(EntityKind.Attribute, "start_time", Comparator.Greater, new SearchValue.Number(0.5)),
                new Comparison(EntityKind.Param, "p", Comparator.ILike, new SearchValue.Text("It's%")),
                new Comparison(EntityKind.Attribute, "run_id", Comparator.NotIn, new SearchValue.Texts(["a"])),
            ],
            filter.All);
    }

    [Theory]
    // The messages of MLflow 3.6, recorded or run.
    [InlineData("metrics.b > 'x'", "Expected numeric value type for metric. Found 'x'")]
    [InlineData("metric.model = '5'", "Expected numeric value type for metric. Found '5'")]
    [InlineData("metrics.acc != metrics.acc", "Expected numeric value type for metric. Found metrics.acc")]
    [InlineData("metrics.acc > nan", "Expected numeric value type for metric. Found nan")]
    [InlineData("metrics.acc > 0x1F", "Expected numeric value type for metric. Found 0x1F")]
    [InlineData("params.p = 1", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 1")]
    [InlineData("params.p IN ('1')", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value ('1')")]
    [InlineData("params.a = f('x')", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value f('x')")]
    [InlineData("params.a = NULL", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value NULL")]
    [InlineData("tags.acc = 5", "Expected a quoted string value for tag (e.g. 'my-value'). Got value 5")]
    [InlineData("attribute.status = 1", "Expected a quoted string value for attributes. Got value 1")]
    [InlineData("datasets.name = 1", "Expected a quoted string value for dataset attributes. Got value 1")]
    [InlineData("start_time > 'a'", "Expected numeric value type for numeric attribute: start_time. Found 'a'")]
    [InlineData("start_time IN (1)", "Expected numeric value type for numeric attribute: start_time. Found (1)")]
    [InlineData("status IN ('a')", "Only the 'run_id' attribute supports comparison with a list of quoted string values.")]
    [InlineData("a b c", "Invalid clause(s) in filter string: 'a b', 'c'")]
    [InlineData("metrics.b > 0 OR metrics.b < 1", "Invalid clause(s) in filter string: 'OR'")]
    [InlineData("(metrics.b > 0)", "Invalid clause(s) in filter string: '(metrics.b > 0)'")]
    [InlineData("metrics.A > 0.1 NAND params.B = 'LR'", "Invalid clause(s) in filter string: 'metrics.A > 0.1 NAND'")]
    [InlineData("metrics.A > 0.1 AND (params.B = 'LR')", "Invalid clause(s) in filter string: '(params.B = 'LR')'")]
    [InlineData("`metrics.A > 0.1", "Invalid clause(s) in filter string: '`'")]
    [InlineData("param`.A > 0.1", "Invalid clause(s) in filter string: 'param', '`', '.'")]
    [InlineData("attribute.status = true", "Invalid clause(s) in filter string: 'attribute.status', '=', 'true'")]
    [InlineData("params.acc = 'LR", "Invalid clause(s) in filter string: 'params.acc', '=', ''', 'LR'")]
    [InlineData("params.acc = LR'", "Invalid clause(s) in filter string: '''")]
    [InlineData("params.acc = \"LR'", "Invalid clause(s) in filter string: 'params.acc', '=', '\"', 'LR', '''")]
    [InlineData("tags.acc = = 'LR'", "Invalid clause(s) in filter string: 'tags.acc', '=', '=', ''LR''")]
    [InlineData("attribute.status IS 'RUNNING'", "Invalid clause(s) in filter string: 'attribute.status', 'IS', ''RUNNING''")]
    [InlineData("foo is null", "Invalid clause(s) in filter string: 'foo', 'is', 'null'")]
    [InlineData("params.acc LR !=", "Invalid clause(s) in filter string: 'params.acc LR', '!='")]
    [InlineData("params.acc LR", "Invalid clause(s) in filter string: 'params.acc LR'")]
    [InlineData("metric.acc !=", "Invalid clause(s) in filter string: 'metric.acc', '!='")]
    [InlineData("metrics.a BETWEEN 1 AND 2", "Invalid clause(s) in filter string: 'metrics.a', 'BETWEEN', '1', '2'")]
    [InlineData("NOT params.a = 'x'", "Invalid clause(s) in filter string: 'NOT'")]
    [InlineData("run_id IN (", "Invalid clause(s) in filter string: 'run_id', 'IN', '('")]
    [InlineData("run_id IN", "Invalid clause(s) in filter string: 'run_id', 'IN'")]
    [InlineData("metric.acc >= 0.94;", "Invalid clause(s) in filter string: ';'")]
    [InlineData("*", "Invalid clause(s) in filter string: '*'")]
    [InlineData("metric.a > 1; metrics.b < 1",
        "Search filter contained multiple expression 'metric.a > 1; metrics.b < 1'. Provide AND-ed expression list.")]
    [InlineData("'; DROP TABLE runs --",
        "Search filter contained multiple expression \"'; DROP TABLE runs --\". Provide AND-ed expression list.")]
    [InlineData("1=1", "Invalid comparison clause. Expected 'Identifier' found '1'")]
    [InlineData("1==2", "Invalid comparison clause. Expected 'Identifier' found '1'")]
    [InlineData("1.0 > metrics.acc", "Invalid comparison clause. Expected 'Identifier' found '1.0'")]
    [InlineData("'a' = 'a'", "Invalid comparison clause. Expected 'Identifier' found ''a''")]
    [InlineData("params.acc = LR",
        "Parameter value is either not quoted or unidentified quote types used for string value LR. Use either single or double quotes.")]
    [InlineData("params.acc = `LR`",
        "Parameter value is either not quoted or unidentified quote types used for string value `LR`. Use either single or double quotes.")]
    [InlineData("m.acc >= 0.94", "Invalid entity type 'm'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']")]
    [InlineData("`metrics.a` >= 0.94",
        "Invalid entity type '`metrics'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']")]
    [InlineData("dataset.status = 'true'", "Invalid dataset key 'status' specified. Valid keys are '{'name', 'digest', 'context'}'")]
    [InlineData("attributes.foo = '1'",
        "Invalid attribute key 'foo' specified. Valid keys are '{'run_id', 'run_name', 'run name', 'Run name', 'Run Name', 'user_id', "
        + "'status', 'artifact_uri', 'start_time', 'created', 'Created', 'end_time'}'")]
    [InlineData("run_id IN ()", "While parsing a list in the query, expected a non-empty list of string values, but got empty list")]
    [InlineData("run_id IN (1, 2)",
        "While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list: (1, 2)")]
    [InlineData("run_id IN (,)",
        "While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list.")]
    [InlineData("run_id IN ('a',,'b')",
        "While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list.")]
    [InlineData("run_id IN ('a' 'b')",
        "While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list.")]
    [InlineData("run_id IN (('a'))",
        "While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list.")]
    public void Refused(string filter, string message)
    {
        var failure = SearchGrammar.Runs.ParseFilter(filter).Failure;

        Assert.Equal("tracking.invalid_filter", failure?.Code);
        Assert.Equal(message, failure?.Message);
    }

    [Theory]
    [InlineData("acc >= 0.94")]
    [InlineData("attri.x != 1")]
    [InlineData("attribute.experiment_id != 1")]
    [InlineData("attribute.lifecycle_stage = 'ACTIVE'")]
    [InlineData("attribute.name != 1")]
    [InlineData("attribute._status != 'RUNNING'")]
    [InlineData("RUN_ID = 'a'")]
    [InlineData("tags . a = 'x'")]
    [InlineData("params.'acc = LR")]
    [InlineData("params.a = 'x', params.b = 'y'")]
    [InlineData("metrics.a > 1 -- comment")]
    [InlineData("metrics.a > 1 /* comment */")]
    [InlineData("params.a = 'it\\'s'")]
    [InlineData("run_id = ('x')")]
    [InlineData("metrics.a > 1 && metrics.b > 1")]
    public void Refused_somehow(string filter) => Assert.NotNull(SearchGrammar.Runs.ParseFilter(filter).Failure);

    [Theory]
    [InlineData("metrics.abc ~ 1.0", "~")]
    [InlineData("metrics.abc ~= 1.0", "~=")]
    [InlineData("metrics.abc == 1.0", "==")]
    [InlineData("metrics.abc LIKE 1.0", "LIKE")]
    [InlineData("params.abc > 'x'", ">")]
    [InlineData("params.abc not like 'x'", "NOT LIKE")]
    [InlineData("tags.abc <= 'x'", "<=")]
    [InlineData("tags.abc RLIKE 'x'", "RLIKE")]
    [InlineData("attributes.status >= 'x'", ">=")]
    [InlineData("attributes.start_time ILIKE 1234", "ILIKE")]
    [InlineData("datasets.name < 'x'", "<")]
    public void A_comparator_must_suit_what_is_compared(string filter, string comparator) =>
        Assert.StartsWith(
            $"Invalid comparator '{comparator}' not one of '{{'=', ",
            SearchGrammar.Runs.ParseFilter(filter).Failure?.Message);

    [Fact]
    public void Filters_are_bounded()
    {
        var comparisons = string.Join(" AND ", Enumerable.Repeat("metrics.a > 1", SearchGrammar.MaxComparisons));
        Assert.Equal(SearchGrammar.MaxComparisons, SearchGrammar.Runs.ParseFilter(comparisons).Value.All.Count);
        Assert.Contains("at most 200", SearchGrammar.Runs.ParseFilter(comparisons + " AND metrics.a > 1").Failure?.Message);

        var longest = "tags.a = '".PadRight(SearchGrammar.MaxLength - 1, 'x') + "'";
        Assert.True(SearchGrammar.Runs.ParseFilter(longest).Succeeded);
        Assert.Contains("at most 65536", SearchGrammar.Runs.ParseFilter(longest + " ").Failure?.Message);

        var items = string.Join(",", Enumerable.Repeat("''", SearchGrammar.MaxListItems));
        Assert.True(SearchGrammar.Runs.ParseFilter($"run_id IN ({items})").Succeeded);
        Assert.Contains("more than 10000", SearchGrammar.Runs.ParseFilter($"run_id IN ({items},'')").Failure?.Message);
    }

    [Fact]
    public void A_message_does_not_repeat_all_of_a_long_filter() =>
        Assert.True(SearchGrammar.Runs.ParseFilter(new string('?', 60_000)).Failure?.Message.Length < 2_100);
}
