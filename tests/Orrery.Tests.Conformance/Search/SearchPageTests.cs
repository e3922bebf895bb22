using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Walks over 2,500 runs page by page: nothing lost, nothing twice, whatever the order and its ties.</summary>
public abstract class SearchPageTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    private const int Runs = 2500;

    [Fact]
    public async Task Pages_of_any_size_in_any_order_hold_every_run_once_also_while_runs_are_added()
    {
        var ids = await MakeRunsAsync();

        string[][] orders =
        [
            [], ["attributes.start_time ASC"], ["metrics.tied DESC"], ["metrics.tied"], ["params.tied", "tags.tied DESC"],
            ["tags.tied"], ["attributes.status"], ["attributes.end_time DESC"], ["metrics.none", "params.none DESC"],
        ];
        foreach (var order in orders)
        {
            var whole = await WalkAsync(order, 1000);
            Assert.Equal(ids, whole.Order(StringComparer.Ordinal));
            Assert.Equal(whole, await WalkAsync(order, 100));
        }

        Assert.Equal(await WalkAsync(["metrics.tied DESC"], 1000), await WalkAsync(["metrics.tied DESC"], 7));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var adding = AddAsync(stop.Token);
        foreach (var order in (string[][])[[], ["metrics.tied"], ["attributes.start_time ASC"]])
        {
            var walked = await WalkAsync(order, 100);
            Assert.Equal(walked.Count, walked.Distinct().Count());
            Assert.Empty(ids.Except(walked));
        }

        await stop.CancelAsync();
        Assert.True(await adding > 0);
    }

    [Fact]
    public async Task A_full_last_page_may_have_a_token_and_tokens_come_to_an_end()
    {
        for (var i = 0; i < 4; i++)
            await NewRunAsync();
        Assert.Equal(4, (await WalkAsync([], 1)).Count);
        Assert.Equal(4, (await WalkAsync([], 2)).Count);
        Assert.Equal(4, (await WalkAsync([], 4)).Count);
        (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, max_results = 5 })).Ok().Omits("next_page_token");
    }

    // A few experiments are searched one by one and merged, many together: both in the order of code points, deleted runs among them.
    [Theory]
    [InlineData(9)]
    [InlineData(70)]
    public async Task Pages_over_several_experiments_and_stages_hold_every_run_once(int count)
    {
        string[] words = ["a", "z", "\u00e9", "\uff01", "\ufffd", "\ue000", "\U0001f600", "\U00010348", "Z"];
        var experiments = new string[count];
        var names = new List<string>();
        for (var i = 0; i < count; i++)
        {
            experiments[i] = (await Mlflow.PostAsync("experiments/create", new { name = $"e{i}" })).Ok().Text("experiment_id");
            names.Add(words[i % words.Length] + Plain(i / words.Length));
            var run = await NewRunAsync(new { experiment_id = experiments[i], run_name = names[i] });
            if (i % 3 == 0)
                (await Mlflow.PostAsync("runs/delete", new { run_id = run })).Ok();
        }

        var expected = names.OrderBy(static name => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal).ToList();
        foreach (var size in new[] { 1, 4, 1000 })
        {
            var found = new List<string>();
            string? token = null;
            do
            {
                var page = (await Mlflow.PostAsync("runs/search", new
                {
                    experiment_ids = experiments,
                    order_by = new[] { "attributes.run_name" },
                    run_view_type = "ALL",
                    max_results = size,
                    page_token = token ?? "",
                })).Ok();
                found.AddRange(page.Texts("runs", "info.run_name"));
                token = page["next_page_token"]?.ToString();
            }
            while (token is not null);
            Assert.Equal(expected, found);
        }
    }

    [Theory]
    [InlineData("@@")]
    [InlineData("abc")]
    [InlineData("eyJvZmZzZXQiOiAtMX0=")]
    [InlineData("'; drop table x --")]
    [InlineData("ﬀ")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_token_that_is_none_is_refused(string token)
    {
        await NewRunAsync();
        (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, page_token = token })).IsInvalid();
        (await Mlflow.PostAsync("experiments/search", new { max_results = 5, page_token = token })).IsInvalid();
        (await Mlflow.PostAsync("logged-models/search", new { experiment_ids = new[] { "0" }, page_token = token })).IsInvalid();
    }

    // Times, a metric (some NaN, some missing), a parameter and tags of few values: every key has hundreds of ties.
    private async Task<List<string>> MakeRunsAsync()
    {
        var ids = new string[Runs];
        await Parallel.ForAsync(0, Runs, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel }, async (i, _) =>
        {
            ids[i] = await NewRunAsync(new { experiment_id = "0", start_time = 1 + (i % 11), tags = i % 4 == 0 ? [] : new[] { new { key = "tied", value = Plain(i % 3) } } });
            object[] metrics = i % 5 == 0 ? [] : [new { key = "tied", value = i % 7 == 0 ? double.NaN : i % 3, timestamp = 1 }];
            if (i % 2 == 0)
                (await Mlflow.PostAsync("runs/log-batch", new { run_id = ids[i], metrics, @params = new[] { new { key = "tied", value = Plain(i % 2) } } })).Ok();
            if (i % 10 == 0)
                (await Mlflow.PostAsync("runs/update", new { run_id = ids[i], status = "FINISHED", end_time = 1 + (i % 20) })).Ok();
        });
        return [.. ids.Order(StringComparer.Ordinal)];
    }

    private async Task<int> AddAsync(CancellationToken stop)
    {
        var added = 0;
        for (; !stop.IsCancellationRequested; added++)
            await NewRunAsync(new { experiment_id = "0", start_time = 1 + (added % 13) });
        return added;
    }

    private async Task<List<string>> WalkAsync(string[] order, int size)
    {
        var found = new List<string>();
        string? token = null;
        do
        {
            var page = (await Mlflow.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, order_by = order, max_results = size, page_token = token ?? "" })).Ok();
            var ids = page.Texts("runs", "info.run_id");
            Assert.True(ids.Length <= size);
            found.AddRange(ids);
            token = page["next_page_token"]?.ToString();
            Assert.True(token is null || ids.Length > 0, "an empty page has no next one");
        }
        while (token is not null);
        return found;
    }
}

public sealed class SearchPagesOnSqlite(Servers servers) : SearchPageTests(servers, Store.Sqlite);

public sealed class SearchPagesOnPostgres(Servers servers) : SearchPageTests(servers, Store.Postgres);
