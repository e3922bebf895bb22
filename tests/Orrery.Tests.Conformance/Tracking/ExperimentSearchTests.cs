using Xunit;

namespace Orrery.Tests.Conformance;

public abstract class ExperimentSearchTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    [Fact]
    public async Task The_newest_comes_first_and_pages_follow_one_another()
    {
        var ids = new List<string> { "0" };
        for (var i = 0; i < 5; i++)
            ids.Add(await NewExperimentAsync($"e{i}"));

        var first = (await SearchAsync(new { max_results = 4 })).Ok();
        var second = (await SearchAsync(new { max_results = 4, page_token = first.Text("next_page_token") })).Ok().Omits("next_page_token");

        Assert.Equal(ids.Order(), first.Texts("experiments", "experiment_id").Concat(second.Texts("experiments", "experiment_id")).Order());
        var times = first.List("experiments").Concat(second.List("experiments")).Select(e => e["creation_time"]!.GetValue<double>()).ToList();
        Assert.Equal(times.OrderDescending(), times);
    }

    [Theory]
    [InlineData("name = 'Beta'", "Beta")]
    [InlineData("name != 'Beta'", "Default alpha gamma")]
    [InlineData("name LIKE '%a'", "Beta alpha gamma")]
    [InlineData("name LIKE 'beta'", "")]
    [InlineData("name ILIKE 'beta'", "Beta")]
    [InlineData("attribute.name = 'Beta'", "Beta")]
    [InlineData("attributes.name ilike 'B%'", "Beta")]
    [InlineData("tags.kind = 'x'", "alpha")]
    [InlineData("tags.kind != 'x'", "Beta")]
    [InlineData("tags.`kind` LIKE 'X'", "Beta")]
    [InlineData("tag.\"kind\" ILIKE 'x'", "Beta alpha")]
    [InlineData("creation_time > 0", "Beta Default alpha gamma")]
    [InlineData("last_update_time <= 0", "")]
    [InlineData("name = 'Beta' AND tags.kind = 'X'", "Beta")]
    [InlineData("name = 'Beta' and tags.kind = 'x'", "")]
    public async Task Filters_find_by_name_time_and_tags(string filter, string names)
    {
        await Mlflow.PostAsync("experiments/create", new { name = "alpha", tags = new[] { new { key = "kind", value = "x" } } });
        await Mlflow.PostAsync("experiments/create", new { name = "Beta", tags = new[] { new { key = "kind", value = "X" } } });
        await NewExperimentAsync("gamma");

        var found = (await SearchAsync(new { max_results = 10, filter })).Ok().Texts("experiments", "name");
        Assert.Equal(names, string.Join(' ', found.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("name ASC", "Default a b c")]
    [InlineData("name DESC", "c b a Default")]
    [InlineData("name", "Default a b c")]
    [InlineData("experiment_id ASC", "Default b a c")]
    [InlineData("creation_time ASC|name ASC", "Default b a c")]
    [InlineData("attribute.name desc", "c b a Default")]
    public async Task They_come_in_the_order_asked_for(string order, string names)
    {
        await NewExperimentAsync("b");
        await NewExperimentAsync("a");
        await NewExperimentAsync("c");
        var found = (await SearchAsync(new { max_results = 10, order_by = order.Split('|') })).Ok().Texts("experiments", "name");
        if (order.StartsWith("creation", StringComparison.Ordinal))
            Assert.Equal(4, found.Distinct().Count());
        else
            Assert.Equal(names, string.Join(' ', found));
    }

    [Theory]
    [InlineData("ACTIVE_ONLY", "Default kept")]
    [InlineData("DELETED_ONLY", "gone")]
    [InlineData("ALL", "Default gone kept")]
    [InlineData(1, "Default kept")]
    [InlineData(2, "gone")]
    [InlineData(3, "Default gone kept")]
    public async Task Views_choose_active_deleted_or_all(object view, string names)
    {
        await NewExperimentAsync("kept");
        await Mlflow.PostAsync("experiments/delete", new { experiment_id = await NewExperimentAsync("gone") });

        var posted = (await SearchAsync(new { max_results = 10, view_type = view, order_by = new[] { "name" } })).Ok();
        var got = (await Mlflow.GetAsync("experiments/search", ("max_results", 10), ("view_type", view), ("order_by", "name"))).Ok();
        Assert.Equal(names, string.Join(' ', posted.Texts("experiments", "name")));
        Assert.Equal(names, string.Join(' ', got.Texts("experiments", "name")));
    }

    [Fact]
    public async Task No_more_than_50000_are_asked_for_and_at_least_one()
    {
        (await SearchAsync(new { max_results = 50000 })).Ok();
        (await SearchAsync(new { max_results = 50001 })).IsInvalid();
        (await SearchAsync(new { max_results = 0 })).IsInvalid("Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer");
        (await SearchAsync(new { max_results = -1 })).IsInvalid();
        (await SearchAsync(new { max_results = "abc" })).IsInvalid();
        (await Mlflow.GetAsync("experiments/search")).IsInvalid();
    }

    [Theory]
    [InlineData("bogus = 1")]
    [InlineData("name = 1")]
    [InlineData("name > 'a'")]
    [InlineData("creation_time = 'a'")]
    [InlineData("creation_time LIKE '1'")]
    [InlineData("tags.a = 1")]
    [InlineData("metrics.a > 1")]
    [InlineData("name = 'a' OR name = 'b'")]
    [InlineData("name = 'a")]
    public async Task A_filter_that_makes_no_sense_is_refused(string filter) => (await SearchAsync(new { max_results = 5, filter })).IsInvalid();

    [Theory]
    [InlineData("bogus")]
    [InlineData("name DOWN")]
    [InlineData("tags.a")]
    [InlineData("name ASC DESC")]
    [InlineData("name; drop table x")]
    public async Task An_order_that_makes_no_sense_is_refused(string order) =>
        (await SearchAsync(new { max_results = 5, order_by = new[] { order } })).IsInvalid();

    [Fact]
    public async Task Nothing_found_is_an_empty_object() => (await SearchAsync(new { max_results = 5, filter = "name = 'none'" })).Gives("{}");

    private Task<Answer> SearchAsync(object body) => Mlflow.PostAsync("experiments/search", body);
}

public sealed class ExperimentSearchOnSqlite(Servers servers) : ExperimentSearchTests(servers, Store.Sqlite);

public sealed class ExperimentSearchOnPostgres(Servers servers) : ExperimentSearchTests(servers, Store.Postgres);
