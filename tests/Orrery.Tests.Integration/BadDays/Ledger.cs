using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Compares a server's data with what a <see cref="WriteLoad"/> remembers.</summary>
internal sealed class Ledger(WriteLoad load, HttpClient client)
{
    private readonly HashSet<string> _checked = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Every acknowledged write is there, whole; the others are there whole or not at all. Runs seen before are not read again.</summary>
    public async Task BalanceAsync()
    {
        Assert.Empty(load.Surprises);
        foreach (var run in load.Runs.Where(run => _checked.Add(run.Id)))
            await CheckRunAsync(run);
        foreach (var file in load.Uploads.Where(file => _checked.Add(file.Path)))
            await CheckFileAsync(file);
        foreach (var model in load.Models.Where(_checked.Add))
            await CheckModelAsync(model);
        await CheckStrangersAsync();
    }

    public Task BalanceAllAsync()
    {
        _checked.Clear();
        return BalanceAsync();
    }

    private async Task CheckRunAsync(WrittenRun run)
    {
        var answer = await client.GetAnswerAsync($"{Calls.Api}runs/get?run_id={run.Id}", Cancel);
        Assert.True(answer.Status == 200, $"Run {run.Id} was acknowledged and is gone: {answer.Body}");
        var json = answer.Json.GetProperty("run");
        var data = json.GetProperty("data");
        Assert.Equal(WriteLoad.PairsPerBatch, CountKeys(data, "tags", "made"));
        if (run.Finished)
            Assert.Equal("FINISHED", json.GetProperty("info").GetProperty("status").GetString());

        var steps = await StepsAsync(run.Id, "m0");
        Assert.Equal(steps, await StepsAsync(run.Id, "m99"));
        Assert.Subset(steps.ToHashSet(), run.Batches.ToHashSet());
        CheckPairs(data, steps);
        if (steps.Count == 0)
            return;
        var last = steps[^1];
        var latest = data.GetProperty("metrics").EnumerateArray().ToDictionary(static m => m.GetProperty("key").GetString()!);
        Assert.Equal(WriteLoad.MetricsPerBatch, latest.Count);
        for (var i = 0; i < WriteLoad.MetricsPerBatch; i++)
        {
            Assert.Equal(last, latest[$"m{i}"].GetProperty("step").GetInt32());
            Assert.Equal(WriteLoad.Value(last, i), latest[$"m{i}"].GetProperty("value").GetDouble());
        }
    }

    // A batch is there with all its parameters and tags, or with none.
    private static void CheckPairs(JsonElement data, List<int> steps)
    {
        for (var step = 0; step < 10; step++)
        {
            var expected = steps.Contains(step) ? WriteLoad.PairsPerBatch : 0;
            Assert.Equal(expected, CountKeys(data, "params", $"p{step}."));
            Assert.Equal(expected, CountKeys(data, "tags", $"t{step}."));
        }
    }

    private static int CountKeys(JsonElement data, string list, string prefix) => data.TryGetProperty(list, out var pairs)
        ? pairs.EnumerateArray().Count(p => p.GetProperty("key").GetString()!.StartsWith(prefix, StringComparison.Ordinal))
        : 0;

    private async Task<List<int>> StepsAsync(string runId, string key)
    {
        var answer = await client.GetAnswerAsync($"{Calls.Api}metrics/get-history?run_id={runId}&metric_key={key}", Cancel);
        Assert.Equal(200, answer.Status);
        if (!answer.Json.TryGetProperty("metrics", out var points))
            return [];
        var metric = int.Parse(key.AsSpan(1), provider: null);
        Assert.All(points.EnumerateArray(), p => Assert.Equal(WriteLoad.Value(p.GetProperty("step").GetInt32(), metric), p.GetProperty("value").GetDouble()));
        return [.. points.EnumerateArray().Select(static p => p.GetProperty("step").GetInt32()).Order()];
    }

    private async Task CheckFileAsync(WrittenFile file)
    {
        using var answer = await client.GetAsync(new Uri(Calls.Files + file.Path, UriKind.Relative), Cancel);
        var status = (int)answer.StatusCode;
        Assert.True(status == 200 || (status == 404 && !file.Acknowledged), $"{file.Path} (acknowledged: {file.Acknowledged}) gives {status}.");
        if (status == 200)
            Assert.Equal(Convert.ToHexString(SHA256.HashData(file.Content())), Convert.ToHexString(SHA256.HashData(await answer.Content.ReadAsByteArrayAsync(Cancel))));
    }

    private async Task CheckModelAsync(string name)
    {
        var model = await client.GetAnswerAsync($"{Calls.Api}registered-models/get?name={name}", Cancel);
        Assert.True(model.Status == 200, $"Model {name} was acknowledged and is gone: {model.Body}");
        Assert.Equal(WriteLoad.PairsPerBatch, model.Json.GetProperty("registered_model").GetProperty("tags").GetArrayLength());
        var version = await client.GetAnswerAsync($"{Calls.Api}model-versions/get?name={name}&version=1", Cancel);
        Assert.True(version.Status == 200, $"Version 1 of {name} was acknowledged and is gone: {version.Body}");
        Assert.Equal(WriteLoad.PairsPerBatch, version.Json.GetProperty("model_version").GetProperty("tags").GetArrayLength());
    }

    // Runs whose creation nobody was told of: they may exist, with everything they were made with.
    private async Task CheckStrangersAsync()
    {
        var known = load.Runs.Select(static run => run.Id).ToHashSet();
        string? token = null;
        do
        {
            var page = await client.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, max_results = 1000, page_token = token ?? "" }, Cancel);
            Assert.Equal(200, page.Status);
            if (page.Json.TryGetProperty("runs", out var runs))
            {
                foreach (var run in runs.EnumerateArray().Where(run => !known.Contains(run.GetProperty("info").GetProperty("run_id").GetString()!)))
                    Assert.Equal(WriteLoad.PairsPerBatch, CountKeys(run.GetProperty("data"), "tags", "made"));
            }

            token = page.Json.TryGetProperty("next_page_token", out var next) ? next.GetString() : null;
        }
        while (token is not null);
    }
}
