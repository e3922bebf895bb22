using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A disk that fills up. What was stored stays, what does not fit is refused in plain words, and room helps at once.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_does_not_fit_is_a_507_and_leaves_nothing_behind()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 24);
        await using var server = await ServerProcess.StartAsync(dataDir: disk.Folder, cancel: Cancel);
        var before = new WrittenFile("0/r/artifacts/before.bin", Seed: 1, Size: 200_000);
        Assert.Equal(200, await PutAsync(server, before));
        disk.Fill(keep: 3 << 20);

        var large = new WrittenFile("0/r/artifacts/large.bin", Seed: 2, Size: 8 << 20);
        using var content = new ByteArrayContent(large.Content());
        using var refused = await server.Client.PutAsync(new Uri(Calls.Files + large.Path, UriKind.Relative), content, Cancel);
        Assert.Equal(507, (int)refused.StatusCode);
        Assert.Contains("RESOURCE_EXHAUSTED", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        // Over an existing file: the old content stays.
        Assert.Equal(507, await PutAsync(server, before with { Seed = 3, Size = 8 << 20 }));

        Assert.Equal(404, (await server.Client.GetAnswerAsync(Calls.Files + large.Path, Cancel)).Status);
        Assert.Equal(before.Content(), await server.Client.GetByteArrayAsync(new Uri(Calls.Files + before.Path, UriKind.Relative), Cancel));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(disk.Folder, "blobs", "default"), "*", SearchOption.AllDirectories));

        disk.Free();
        Assert.Equal(200, await PutAsync(server, large));
        Assert.Equal(large.Content(), await server.Client.GetByteArrayAsync(new Uri(Calls.Files + large.Path, UriKind.Relative), Cancel));
    }

    [Fact]
    public async Task A_commit_that_does_not_fit_is_refused_whole_and_the_server_goes_on()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 24);
        await using var server = await ServerProcess.StartAsync(dataDir: disk.Folder, cancel: Cancel);
        var run = await server.Client.CreateRunAsync(Cancel);
        Assert.Equal(200, (await server.Client.PostAsync("runs/log-batch", Batch(run, 0), Cancel)).Status);
        disk.Fill();

        var acknowledged = new HashSet<int> { 0 };
        var refused = new List<Answer>();
        // What fits in the pages that the database already has may still be written.
        for (var step = 1; step < 400 && refused.Count < 40; step++)
        {
            var answer = await server.Client.PostAsync("runs/log-batch", Batch(run, step), Cancel);
            if (answer.Status == 200)
                acknowledged.Add(step);
            else
                refused.Add(answer);
        }

        Assert.NotEmpty(refused);
        Assert.All(refused, static answer =>
        {
            Assert.True(answer.Status is 503 or 507, $"{answer.Status} {answer.Body}");
            Assert.Contains("disk", answer.Message, StringComparison.Ordinal);
        });
        Assert.True(server.IsRunning);
        await CheckAsync(server, run, acknowledged);

        disk.Free();
        Assert.Equal(200, (await server.Client.PostAsync("runs/log-batch", Batch(run, 1000), Cancel)).Status);
        acknowledged.Add(1000);
        await CheckAsync(server, run, acknowledged);
        Assert.Equal(200, (await server.Client.GetAnswerAsync("health/ready", Cancel)).Status);
        await server.RestartAsync(Cancel);
        await CheckAsync(server, run, acknowledged);
    }

    [Fact]
    public async Task Many_writers_on_a_full_disk_get_plain_refusals_and_nothing_by_half()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 24);
        await using var server = await ServerProcess.StartAsync(dataDir: disk.Folder, cancel: Cancel);
        var run = await server.Client.CreateRunAsync(Cancel);
        disk.Fill(keep: 1 << 20);
        var answers = await Task.WhenAll(Enumerable.Range(1, 300).Select(async step =>
            (Step: step, Answer: await server.Client.PostAsync("runs/log-batch", Batch(run, step), Cancel))));
        Assert.All(answers, static a => Assert.True(a.Answer.Status is 200 or 503 or 507, $"{a.Answer.Status} {a.Answer.Body}"));
        Assert.Contains(answers, static a => a.Answer.Status != 200);
        var acknowledged = answers.Where(static a => a.Answer.Status == 200).Select(static a => a.Step).ToHashSet();
        await CheckAsync(server, run, acknowledged);
        disk.Free();
        await server.RestartAsync(Cancel);
        await CheckAsync(server, run, acknowledged);
    }

    [Fact]
    public async Task A_server_on_a_full_disk_starts_or_says_why_not()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 24);
        await using (var first = await ServerProcess.StartAsync(dataDir: disk.Folder, cancel: Cancel))
        {
            await first.Client.CreateRunAsync(Cancel);
            disk.Fill();
            await first.KillAsync(Cancel);
        }

        disk.Fill();
        try
        {
            await using var second = await ServerProcess.StartAsync(dataDir: disk.Folder, cancel: Cancel);
            Assert.Equal(200, (await second.Client.PostAsync("runs/search", new { experiment_ids = new[] { "0" } }, Cancel)).Status);
        }
        catch (ServerStartException refused)
        {
            Assert.Equal(69, refused.ExitCode);
            Assert.Matches("Orrery cannot start: .*(disk|database)", refused.Message);
        }

        disk.Free();
        await using var third = await ServerProcess.StartAsync(dataDir: disk.Folder, cancel: Cancel);
        var found = await third.Client.PostAsync("runs/search", new { experiment_ids = new[] { "0" } }, Cancel);
        Assert.Equal(1, found.Json.GetProperty("runs").GetArrayLength());
    }

    // Incompressible and large, so that it needs pages of its own.
    private static object Batch(string run, int step) => new
    {
        run_id = run,
        metrics = Enumerable.Range(0, 20).Select(i => new { key = $"m{i}", value = WriteLoad.Value(step, i), timestamp = step, step }),
        @params = Enumerable.Range(0, 3).Select(i => new { key = $"p{step}.{i}", value = new string((char)('a' + (step % 26)), 3000) }),
        tags = Enumerable.Range(0, 3).Select(i => new { key = $"t{step}.{i}", value = new string((char)('a' + (step % 26)), 3000) }),
    };

    private static async Task CheckAsync(ServerProcess server, string run, HashSet<int> acknowledged)
    {
        var data = (await server.Client.GetAnswerAsync($"{Calls.Api}runs/get?run_id={run}", Cancel)).Json.GetProperty("run").GetProperty("data");
        foreach (var list in new[] { ("params", 'p'), ("tags", 't') })
        {
            var keys = data.TryGetProperty(list.Item1, out var pairs)
                ? pairs.EnumerateArray().Select(static p => p.GetProperty("key").GetString()!).Where(k => k[0] == list.Item2).Order(StringComparer.Ordinal)
                : Enumerable.Empty<string>();
            Assert.Equal(acknowledged.SelectMany(step => Enumerable.Range(0, 3).Select(i => $"{list.Item2}{step}.{i}")).Order(StringComparer.Ordinal), keys);
        }

        var history = await server.Client.GetAnswerAsync($"{Calls.Api}metrics/get-history?run_id={run}&metric_key=m19", Cancel);
        Assert.Equal(acknowledged.Order(), history.Json.GetProperty("metrics").EnumerateArray().Select(static m => m.GetProperty("step").GetInt32()));
    }

    private static async Task<int> PutAsync(ServerProcess server, WrittenFile file)
    {
        using var content = new ByteArrayContent(file.Content());
        using var answer = await server.Client.PutAsync(new Uri(Calls.Files + file.Path, UriKind.Relative), content, Cancel);
        return (int)answer.StatusCode;
    }
}
