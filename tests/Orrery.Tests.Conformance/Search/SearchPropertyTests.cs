using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Random searches over random runs, compared with an answer computed the plain way.</summary>
public abstract class SearchPropertyTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    private const int Runs = 120;
    private const int Searches = 1500;

    [Theory]
    [InlineData(20260101)]
    public async Task Every_search_finds_what_a_plain_reading_of_the_rules_finds(int seed)
    {
        var oracle = new SearchOracle(seed);
        var runs = Enumerable.Range(0, Runs).Select(_ => oracle.NextRun()).ToList();
        await Parallel.ForEachAsync(runs, Cancel, async (run, _) => await LogAsync(run));

        var cases = Enumerable.Range(0, Searches).Select(_ => (Filter: oracle.NextFilter(runs), Order: oracle.NextOrder())).ToList();
        var matched = 0;
        await Parallel.ForEachAsync(cases, Cancel, async (search, _) =>
        {
            var filter = string.Join(" AND ", search.Filter.Select(clause => clause.Text));
            var order = search.Order.Select(key => key.Text).ToArray();
            var answer = (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, filter, order_by = order })).Ok();

            var expected = SearchOracle.Answer(runs, search.Filter, search.Order);
            var found = answer.Texts("runs", "info.run_id");
            Assert.True(expected.SequenceEqual(found), $"{filter}\norder by {string.Join(", ", order)}\nexpected {Numbers(expected)}\nfound    {Numbers(found)}");
            if (expected.Count > 0)
                Interlocked.Increment(ref matched);
        });

        Assert.True(matched > Searches / 4, $"only {matched} searches found anything: the test has gone blunt");

        string Numbers(IEnumerable<string> ids) => string.Join(' ', ids.Select(id => runs.FindIndex(run => run.Id == id)));
    }

    private async Task LogAsync(SearchRun run)
    {
        run.Id = await NewRunAsync(new { experiment_id = "0", run_name = run.Name, user_id = run.User, start_time = run.Start });
        object[] metrics = [.. run.Metrics.Select(pair => new { key = pair.Key, value = pair.Value, timestamp = 1, step = 0 })];
        object[] parameters = [.. run.Params.Select(pair => new { key = pair.Key, value = pair.Value })];
        object[] tags = [.. run.Tags.Select(pair => new { key = pair.Key, value = pair.Value })];
        (await Mlflow.PostAsync("runs/log-batch", new { run_id = run.Id, metrics, @params = parameters, tags })).Ok();
        object[] datasets =
        [
            .. run.Datasets.Select(set => new
            {
                dataset = new { name = set.Name, digest = set.Digest, source_type = "s", source = "s" },
                tags = new[] { new { key = "mlflow.data.context", value = set.Context } },
            }),
        ];
        (await Mlflow.PostAsync("runs/log-inputs", new { run_id = run.Id, datasets })).Ok();
        object update = run.End is { } end ? new { run_id = run.Id, status = run.Status, end_time = end } : new { run_id = run.Id, status = run.Status };
        (await Mlflow.PostAsync("runs/update", update)).Ok();
    }
}

public sealed class SearchPropertyOnSqlite(Servers servers) : SearchPropertyTests(servers, Store.Sqlite);

public sealed class SearchPropertyOnPostgres(Servers servers) : SearchPropertyTests(servers, Store.Postgres);
