using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class SearchOrderTests
{
    [Theory]
    [InlineData("metrics.`Mean Square Error`", "metrics.`Mean Square Error` ASC")]
    [InlineData("metrics.`Mean Square Error` DESC", "metrics.`Mean Square Error` DESC")]
    [InlineData("metrics.\"key1\"  desc", "metrics.`key1` DESC")]
    [InlineData("metrics.train/loss aSc", "metrics.`train/loss` ASC")]
    [InlineData("params.x", "params.`x` ASC")]
    [InlineData("tag.t", "tags.`t` ASC")]
    [InlineData("attributes.status", "attributes.`status` ASC")]
    [InlineData("run.end_time DESC", "attributes.`end_time` DESC")]
    public void A_run_ordering_is_made_total(string term, string first) => Assert.Equal(
        [first, "attributes.`start_time` DESC", "attributes.`run_id` ASC"],
        Order(SearchGrammar.Runs, term));

    [Fact]
    public void What_orders_already_is_not_appended()
    {
        Assert.Equal(["attributes.`start_time` ASC", "attributes.`run_id` ASC"], Order(SearchGrammar.Runs, "Created ASC"));
        Assert.Equal(["attributes.`name` DESC"], Order(SearchGrammar.RegisteredModels, "name DESC"));
        Assert.Equal(["attributes.`name` ASC", "attributes.`experiment_id` DESC"], Order(SearchGrammar.Experiments, "name"));
        Assert.Equal(["attributes.`experiment_id` ASC"], Order(SearchGrammar.Experiments, "experiment_id", "experiment_id DESC"));
        Assert.Equal(
            ["attributes.`last_updated_timestamp` ASC", "attributes.`name` ASC"],
            Order(SearchGrammar.RegisteredModels, "timestamp"));
        Assert.Equal(
            ["attributes.`creation_timestamp` DESC", "attributes.`name` ASC"],
            Order(SearchGrammar.RegisteredModels, "creation_timestamp DESC"));
        Assert.Equal(
            ["attributes.`version_number` ASC", "attributes.`name` ASC"],
            Order(SearchGrammar.ModelVersions, "version_number ASC"));
    }

    [Fact]
    public void No_terms_give_the_default()
    {
        Assert.Equal(["attributes.`start_time` DESC", "attributes.`run_id` ASC"], Order(SearchGrammar.Runs));
        Assert.Equal(["attributes.`creation_time` DESC", "attributes.`experiment_id` ASC"], Order(SearchGrammar.Experiments));
        Assert.Equal(["attributes.`name` ASC"], Order(SearchGrammar.RegisteredModels));
        Assert.Equal(
            ["attributes.`last_updated_timestamp` DESC", "attributes.`name` ASC", "attributes.`version_number` DESC"],
            Order(SearchGrammar.ModelVersions));
        Assert.Equal(SearchGrammar.Runs.DefaultOrder, SearchGrammar.Runs.ParseOrder(null).Value);
    }

    [Theory]
    [InlineData("foo.bar", "Invalid entity type 'foo'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']")]
    [InlineData("`metrics.A`", "Invalid entity type '`metrics'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']")]
    [InlineData("acc",
        "Invalid attribute key 'acc' specified. Valid keys are '{'run_id', 'run_name', 'run name', 'Run name', 'Run Name', 'user_id', "
        + "'status', 'artifact_uri', 'start_time', 'created', 'Created', 'end_time'}'")]
    [InlineData("`metrics.A", "Invalid order_by clause '`metrics.A'. Could not be parsed.")]
    [InlineData("metrics.A != 1", "Invalid order_by clause 'metrics.A != 1'. Could not be parsed.")]
    [InlineData("params.my_param ", "Invalid order_by clause 'params.my_param '. Could not be parsed.")]
    [InlineData("", "Invalid order_by clause ''. Could not be parsed.")]
    [InlineData("attribute.run_id ACS", "Invalid ordering key in order_by clause 'attribute.run_id ACS'.")]
    [InlineData("datasets.name", "Invalid order_by entity type 'dataset'")]
    public void Refused_for_runs(string term, string message) => AssertRefused(SearchGrammar.Runs, term, message);

    [Theory]
    [InlineData("created_at DESC", "Invalid order by key 'created_at' specified. Valid keys are '{'name', 'timestamp'}'")]
    [InlineData("tags.x", "Invalid order by key 'tags.x' specified. Valid keys are '{'name', 'timestamp'}'")]
    [InlineData("last_updated_timestamp DESC blah", "Invalid order_by clause 'last_updated_timestamp DESC blah'. Could not be parsed.")]
    [InlineData("timestamp somerandomstuff ASC", "Invalid order_by clause 'timestamp somerandomstuff ASC'. Could not be parsed.")]
    [InlineData("timestamp decs", "Invalid order_by clause 'timestamp decs'. Could not be parsed.")]
    [InlineData("name aCs", "Invalid ordering key in order_by clause 'name aCs'.")]
    public void Refused_for_registered_models(string term, string message) => AssertRefused(SearchGrammar.RegisteredModels, term, message);

    [Fact]
    public void Refused_for_experiments_and_versions()
    {
        AssertRefused(
            SearchGrammar.Experiments,
            "bogus",
            "Invalid attribute key 'bogus' specified. Valid keys are '{'name', 'creation_time', 'last_update_time', 'experiment_id'}'");
        AssertRefused(SearchGrammar.Experiments, "tags.x", "Invalid order_by entity: tag");
        AssertRefused(
            SearchGrammar.ModelVersions,
            "run_id DESC",
            "Invalid attribute key 'run_id' specified. "
            + "Valid keys are '{'name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'}'");
    }

    [Theory]
    [InlineData("attribute.start_time", "Created DESC")]
    [InlineData("param.p", "params.p")]
    [InlineData("metric.m", "metrics.`m`")]
    public void A_run_ordering_names_nothing_twice(string first, string second) => Assert.Equal(
        $"`order_by` contains duplicate fields: ['{first}', '{second}']",
        SearchGrammar.Runs.ParseOrder([first, second]).Failure?.Message);

    [Theory]
    [InlineData("timestamp", "timestamp")]
    [InlineData("timestamp", "last_updated_timestamp")]
    [InlineData("last_updated_timestamp ASC", "last_updated_timestamp DESC")]
    public void A_registered_model_ordering_names_nothing_twice(string first, string second) => AssertRefused(
        SearchGrammar.RegisteredModels.ParseOrder([first, second]).Failure?.Message,
        $"`order_by` contains duplicate fields: ['{first}', '{second}']");

    [Fact]
    public void The_same_key_of_different_entities_is_no_duplicate() =>
        Assert.Equal(5, SearchGrammar.Runs.ParseOrder(["param.a", "metric.a", "tag.a"]).Value.Length);

    [Fact]
    public void Orderings_are_bounded()
    {
        var terms = Enumerable.Range(0, 101).Select(i => $"metrics.m{i}").ToList();

        Assert.Equal(102, SearchGrammar.Runs.ParseOrder(terms[1..]).Value.Length);
        AssertRefused(SearchGrammar.Runs.ParseOrder(terms).Failure?.Message, "`order_by` has 101 terms; at most 100 are allowed.");
    }

    private static string[] Order(SearchGrammar grammar, params string[] terms) =>
        [.. grammar.ParseOrder(terms).Value.Select(term => term.ToString())];

    private static void AssertRefused(SearchGrammar grammar, string term, string message)
    {
        var failure = grammar.ParseOrder([term]).Failure;
        Assert.Equal("tracking.invalid_order_by", failure?.Code);
        AssertRefused(failure?.Message, message);
    }

    private static void AssertRefused(string? actual, string message) => Assert.Equal(message, actual);
}
