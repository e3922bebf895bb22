using System.Globalization;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>
/// Several servers on one database. That a job is taken by one of them only is shown by <see cref="JobBehaviour"/> on PostgreSQL.
/// </summary>
public sealed class TwoServersTests(SharedPair shared) : IClassFixture<SharedPair>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_server_wrote_the_other_reads_at_once()
    {
        var pair = await shared.GetAsync(Cancel);
        var run = await pair.One.CreateRunAsync(Cancel);
        for (var i = 0; i < 50; i++)
        {
            var (writer, reader) = i % 2 == 0 ? (pair.One, pair.Other) : (pair.Other, pair.One);
            var value = i.ToString(CultureInfo.InvariantCulture);
            // Both have the run in their caches from the round before.
            Assert.Equal(200, (await writer.PostAsync("runs/set-tag", new { run_id = run, key = "round", value }, Cancel)).Status);
            Assert.Equal(200, (await writer.PostAsync("runs/log-metric", new { run_id = run, key = "m", value = i, timestamp = i, step = i }, Cancel)).Status);
            var data = (await reader.GetAnswerAsync($"{Calls.Api}runs/get?run_id={run}", Cancel)).Json.GetProperty("run").GetProperty("data");
            Assert.Contains(data.GetProperty("tags").EnumerateArray(), t => t.GetProperty("key").GetString() == "round" && t.GetProperty("value").GetString() == value);
            Assert.Equal(i, data.GetProperty("metrics")[0].GetProperty("step").GetInt32());
            var found = await reader.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, filter = $"tags.round = '{value}'" }, Cancel);
            Assert.Equal(value, found.Json.GetProperty("runs")[0].GetProperty("data").GetProperty("tags").EnumerateArray()
                .Single(t => t.GetProperty("key").GetString() == "round").GetProperty("value").GetString());
        }
    }

    [Fact]
    public async Task Writers_of_one_run_through_both_servers_lose_no_metric()
    {
        const int writers = 8;
        const int batches = 25;
        // A prime, so that any step through them meets all.
        const int keysOfAll = 23;
        var pair = await shared.GetAsync(Cancel);
        var run = await pair.One.CreateRunAsync(Cancel);
        var statuses = await Task.WhenAll(Enumerable.Range(0, writers).Select(async writer =>
        {
            var client = writer % 2 == 0 ? pair.One : pair.Other;
            var bad = new List<string>();
            for (var batch = 0; batch < batches; batch++)
            {
                var step = (batch * writers) + writer;
                // Keys in another order for each writer: locks taken in the order of the request would deadlock.
                var keys = Enumerable.Range(0, keysOfAll).Select(i => i * (writer + 1) % keysOfAll).ToArray();
                var answer = await client.PostAsync("runs/log-batch", new
                {
                    run_id = run,
                    metrics = keys.Select(i => new { key = $"shared{i}", value = step, timestamp = step, step }),
                    tags = keys.Select(i => new { key = $"tag{i}", value = $"{step}" }),
                    @params = new[] { new { key = $"p{step}", value = "v" } },
                }, Cancel);
                if (answer.Status != 200)
                    bad.Add($"{answer.Status} {answer.Body}");
            }

            return bad;
        }));
        Assert.Empty(statuses.SelectMany(static bad => bad));

        foreach (var client in new[] { pair.One, pair.Other })
        {
            var data = (await client.GetAnswerAsync($"{Calls.Api}runs/get?run_id={run}", Cancel)).Json.GetProperty("run").GetProperty("data");
            Assert.Equal(keysOfAll, data.GetProperty("metrics").GetArrayLength());
            Assert.All(data.GetProperty("metrics").EnumerateArray(), m => Assert.Equal((writers * batches) - 1, m.GetProperty("step").GetInt32()));
            Assert.Equal(writers * batches, data.GetProperty("params").GetArrayLength());
            var history = await client.GetAnswerAsync($"{Calls.Api}metrics/get-history?run_id={run}&metric_key=shared7", Cancel);
            Assert.Equal(Enumerable.Range(0, writers * batches), history.Json.GetProperty("metrics").EnumerateArray().Select(static m => m.GetProperty("step").GetInt32()));
        }
    }

    [Fact]
    public async Task One_of_two_wins_a_name_a_parameter_and_a_version_number()
    {
        var pair = await shared.GetAsync(Cancel);
        var run = await pair.One.CreateRunAsync(Cancel);
        Assert.Equal(200, (await pair.One.PostAsync("registered-models/create", new { name = "shared" }, Cancel)).Status);
        var versions = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var experiments = await BothAsync(pair, "experiments/create", _ => new { name = $"e{i}" });
            Assert.Equal([200, 400], experiments.Select(static a => a.Status).Order());
            var models = await BothAsync(pair, "registered-models/create", _ => new { name = $"m{i}" });
            Assert.Equal([200, 400], models.Select(static a => a.Status).Order());
            var parameters = await BothAsync(pair, "runs/log-parameter", who => new { run_id = run, key = $"p{i}", value = who });
            Assert.Equal([200, 400], parameters.Select(static a => a.Status).Order());
            var made = await BothAsync(pair, "model-versions/create", _ => new { name = "shared", source = $"mlflow-artifacts:/0/{run}/artifacts/m" });
            Assert.All(made, static a => Assert.Equal(200, a.Status));
            versions.AddRange(made.Select(static a => a.Json.GetProperty("model_version").GetProperty("version").GetString()!));
        }

        Assert.Equal(Enumerable.Range(1, 40), versions.Select(static v => int.Parse(v, CultureInfo.InvariantCulture)).Order());
    }

    [Fact]
    public async Task First_requests_into_a_new_workspace_through_both_make_it_once()
    {
        const int callers = 40;
        var pair = await shared.GetAsync(Cancel);
        for (var round = 0; round < 10; round++)
        {
            var path = $"w/new{round}/{Calls.Api}experiments/";
            var answers = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => (caller % 4 < 2 ? pair.One : pair.Other).SendJsonAsync(
                HttpMethod.Post, path + "create", $$"""{"name":"{{(caller % 2 == 0 ? "Default" : $"e{caller}")}}"}""", Cancel)));

            Assert.All(answers.Where((_, caller) => caller % 2 == 0), static a => Assert.Equal((400, "Experiment(name=Default) already exists."), (a.Status, a.Message)));
            Assert.All(answers.Where((_, caller) => caller % 2 == 1), static a => Assert.Equal(200, a.Status));
            Assert.Equal(
                Enumerable.Range(1, callers / 2),
                answers.Where((_, caller) => caller % 2 == 1)
                    .Select(static a => int.Parse(a.Json.GetProperty("experiment_id").GetString()!, CultureInfo.InvariantCulture)).Order());
            foreach (var client in new[] { pair.One, pair.Other })
                Assert.Contains("\"Default\"", (await client.GetAnswerAsync(path + "get?experiment_id=0", Cancel)).Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Files_put_through_one_server_come_from_the_other()
    {
        var pair = await shared.GetAsync(Cancel);
        foreach (var size in new[] { 1_000, 300_000 })
        {
            var file = new WrittenFile($"0/shared/{size}.bin", Seed: size, size);
            using var content = new ByteArrayContent(file.Content());
            using var put = await pair.One.PutAsync(new Uri(Calls.Files + file.Path, UriKind.Relative), content, Cancel);
            Assert.True(put.IsSuccessStatusCode);
            Assert.Equal(file.Content(), await pair.Other.GetByteArrayAsync(new Uri(Calls.Files + file.Path, UriKind.Relative), Cancel));
        }
    }

    [Fact]
    public async Task When_one_is_killed_the_other_goes_on_and_nothing_is_lost()
    {
        await using var pair = await ServerPair.StartAsync(Cancel);
        var load = new WriteLoad(pair.One, pair.Other);
        using var stop = new CancellationTokenSource();
        var writing = load.RunAsync(writers: 6, untilGone: true, stop.Token);
        await Eventually.HoldsAsync("they write", () => load.Acknowledged > 150);
        await pair.KillOneAsync(Cancel);
        var before = load.Acknowledged;
        await Eventually.HoldsAsync("the other goes on", () => load.Acknowledged > before + 50);
        await stop.CancelAsync();
        await writing;
        await new Ledger(load, pair.Other).BalanceAsync();
    }

    [Fact]
    public async Task A_second_server_on_one_SQLite_is_turned_away_and_the_first_goes_on()
    {
        await using var first = await ServerProcess.StartAsync(cancel: Cancel);
        var run = await first.Client.CreateRunAsync(Cancel);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var (code, output, errors) = await ServerProcess.RunToEndAsync(["--urls", "http://127.0.0.1:0", "--data-dir", first.DataDir], cancel: Cancel);
            Assert.Equal(69, code);
            Assert.Contains("Another server is using the database", errors, StringComparison.Ordinal);
            Assert.Contains("--data-dir", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
        }

        Assert.Equal(200, (await first.Client.PostAsync("runs/set-tag", new { run_id = run, key = "still", value = "here" }, Cancel)).Status);
        Assert.Contains("still", (await first.Client.GetAnswerAsync($"{Calls.Api}runs/get?run_id={run}", Cancel)).Body, StringComparison.Ordinal);
    }

    private static Task<Answer[]> BothAsync(ServerPair pair, string path, Func<string, object> body) => Task.WhenAll(
        pair.One.PostAsync(path, body("one"), Cancel),
        pair.Other.PostAsync(path, body("other"), Cancel));
}
