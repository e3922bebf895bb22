using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Random searches over random runs, compared with an answer computed the plain way.</summary>
public abstract class SearchPropertyTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    private const int Pages = 4;

    private static ParallelOptions AtOnce => new() { MaxDegreeOfParallelism = 16, CancellationToken = Cancel };

    // Many runs and small pages have searches begin elsewhere than few runs on one page.
    [Theory]
    [InlineData(20260101, 120, 1500, 1000)]
    [InlineData(20261121, 1200, 250, 30)]
    public async Task Every_search_finds_what_a_plain_reading_of_the_rules_finds(int seed, int count, int searches, int pageSize)
    {
        var oracle = new SearchOracle(seed);
        var runs = Enumerable.Range(0, count).Select(_ => oracle.NextRun()).ToList();
        await Parallel.ForEachAsync(runs, AtOnce, async (run, _) => await LogAsync(run));

        var cases = Enumerable.Range(0, searches).Select(_ => (Filter: oracle.NextFilter(runs), Order: oracle.NextOrder())).ToList();
        var matched = 0;
        await Parallel.ForEachAsync(cases, AtOnce, async (search, _) =>
        {
            var filter = string.Join(" AND ", search.Filter.Select(clause => clause.Text));
            var order = search.Order.Select(key => key.Text).ToArray();
            var found = await PagesAsync(filter, order, pageSize);
            var expected = SearchOracle.Answer(runs, search.Filter, search.Order).Take(Pages * pageSize).ToList();
            Assert.True(expected.SequenceEqual(found), $"{filter}\norder by {string.Join(", ", order)}\nexpected {Numbers(expected)}\nfound    {Numbers(found)}");
            if (expected.Count > 0)
                Interlocked.Increment(ref matched);
        });

        Assert.True(matched > searches / 4, $"only {matched} searches found anything: the test has gone blunt");

        string Numbers(IEnumerable<string> ids) => string.Join(' ', ids.Select(id => runs.FindIndex(run => run.Id == id)));
    }

    private async Task<List<string>> PagesAsync(string filter, string[] order, int size)
    {
        var found = new List<string>();
        string? token = null;
        for (var page = 0; page < Pages; page++)
        {
            var answer = (await Mlflow.PostAsync(
                "runs/search", new { experiment_ids = new[] { "0" }, filter, order_by = order, max_results = size, page_token = token })).Ok();
            found.AddRange(answer.Texts("runs", "info.run_id"));
            token = answer["next_page_token"]?.GetValue<string>();
            if (string.IsNullOrEmpty(token))
                break;
        }

        return found;
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
