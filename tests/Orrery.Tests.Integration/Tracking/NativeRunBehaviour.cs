// A call that hangs is ended by the client itself, which waits for a bounded time.
#pragma warning disable xUnit1051
using Orrery.Client;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Integration;

[Collection(nameof(TrackingOnOneSqlite))]
public sealed class NativeRunsOnSqlite(TrackingOnSqlite server) : NativeRunBehaviour(server);

[Collection(nameof(TrackingOnOnePostgres))]
public sealed class NativeRunsOnPostgres(TrackingOnPostgres server) : NativeRunBehaviour(server);

/// <summary>Equal runs, environments and comparisons.</summary>
public abstract class NativeRunBehaviour(TrackingServer server)
{
    private readonly OrreryClient _client = server.Client("w" + Foreign.NewId()[16..]);

    [Fact]
    public async Task A_run_with_the_same_code_params_and_data_is_found_even_while_it_runs()
    {
        var first = await StartAsync("c0ffee", "0.1", "d1");
        await _client.Runs.FinishAsync(first);
        var other = await StartAsync("c0ffee", "0.2", "d1");
        await _client.Runs.FinishAsync(other);
        var running = await StartAsync("c0ffee", "0.1", "d1");

        var equal = await _client.Runs.GetEqualAsync(running);

        Assert.True(equal.Comparable);
        Assert.Equal(("c0ffee", "d1"), (equal.CodeVersion, Assert.Single(equal.DatasetDigests)));
        Assert.Equal([first], equal.Runs.Select(static r => r.RunId));
        Assert.Empty((await _client.Runs.GetEqualAsync(other)).Runs);
    }

    [Fact]
    public async Task A_run_without_a_code_version_or_data_or_with_changes_cannot_be_compared()
    {
        var nothing = await StartAsync(commit: null, "0.1", "d1");
        var noData = await StartAsync("c0ffee", "0.1", digest: null);
        var dirty = await StartAsync(commit: null, "0.1", "d1");
        await _client.Runs.SetEnvironmentAsync(dirty, new() { Git = new("c0ffee", Dirty: true) });

        foreach (var (run, word) in new[] { (nothing, "code version"), (noData, "data set"), (dirty, "not committed") })
        {
            var equal = await _client.Runs.GetEqualAsync(run);
            Assert.False(equal.Comparable);
            Assert.Contains(word, equal.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_commit_of_a_captured_environment_counts_also_when_it_comes_after_the_end()
    {
        var first = await StartAsync(commit: null, "0.1", "d1");
        await _client.Runs.FinishAsync(first);
        await _client.Runs.SetEnvironmentAsync(first, new() { Git = new("c0ffee", Dirty: false) });
        var second = await StartAsync("c0ffee", "0.1", "d1");

        Assert.Equal([first], (await _client.Runs.GetEqualAsync(second)).Runs.Select(static r => r.RunId));
    }

    [Fact]
    public async Task An_environment_is_stored_replaced_and_answered()
    {
        var run = await StartAsync("c0ffee", "0.1", "d1");
        Assert.Null(await _client.Runs.FindEnvironmentAsync(run));

        await _client.Runs.SetEnvironmentAsync(run, new() { Runtime = "python", Packages = [new("numpy", "1.0"), new("mlflow", "3.6.0")] });
        var kept = await _client.Runs.SetEnvironmentAsync(run, new() { Runtime = "python", RuntimeVersion = "3.12", Packages = [new("numpy", "2.0"), new("mlflow", "3.6.0")] });

        var found = (await _client.Runs.FindEnvironmentAsync(run))!;
        Assert.Equal(["mlflow", "numpy"], found.Packages.Select(static p => p.Name));
        Assert.Equal(kept.Packages, found.Packages);
        Assert.Equal("3.12", found.RuntimeVersion);
        await Assert.ThrowsAsync<OrreryApiException>(() => _client.Runs.SetEnvironmentAsync(Foreign.NewId(), new()));
        await Assert.ThrowsAsync<OrreryApiException>(() => _client.Runs.SetEnvironmentAsync(
            run, new() { Packages = [.. Enumerable.Range(0, 5001).Select(static i => new EnvironmentPackage($"p{i}", "1"))] }));
    }

    [Fact]
    public async Task Runs_stand_side_by_side_in_the_order_asked_for()
    {
        var a = await StartAsync("c0ffee", "0.1", "d1");
        var b = await StartAsync("c0ffee", "0.2", "d1");
        await _client.Runs.LogBatchAsync(new() { RunId = a, Metrics = [new("auc", double.NaN, 1), new("loss", 0.5, 1)], Params = [new("seed", "7")] });
        await _client.Runs.LogBatchAsync(new() { RunId = b, Metrics = [new("auc", double.NaN, 1)], Params = [new("seed", "7")], Tags = [new("team", "risk")] });
        await _client.Runs.SetEnvironmentAsync(b, new() { Packages = [new("numpy", "2.0")] });

        var all = await _client.Runs.CompareAsync([b, a]);
        var differing = await _client.Runs.CompareAsync([$"{b},{a}"], differing: true);

        Assert.Equal([b, a], all.Runs.Select(static r => r.RunId));
        Assert.Equal(["lr", "seed"], all.Params.Select(static p => p.Key));
        Assert.Equal(["0.2", "0.1"], all.Params[0].Values);
        Assert.Equal((true, false), (all.Params[0].Differs, all.Params[1].Differs));
        Assert.Equal([double.NaN, double.NaN], all.Metrics[0].Values);
        Assert.False(all.Metrics[0].Differs);
        Assert.Equal([null, 0.5], all.Metrics[1].Values);
        Assert.Equal("team", Assert.Single(all.Tags).Key);
        Assert.Equal("telco (train)", Assert.Single(all.Datasets).Key);
        Assert.Equal("package:numpy", Assert.Single(all.Environment).Key);
        Assert.Equal(["lr"], differing.Params.Select(static p => p.Key));
        Assert.Equal(["loss"], differing.Metrics.Select(static m => m.Key));
        Assert.Empty(differing.Datasets);
    }

    [Fact]
    public async Task A_comparison_of_one_or_of_unknown_runs_is_refused()
    {
        var run = await StartAsync("c0ffee", "0.1", "d1");

        var one = await Assert.ThrowsAsync<OrreryApiException>(() => _client.Runs.CompareAsync([run, run]));
        var unknown = await Assert.ThrowsAsync<OrreryApiException>(() => _client.Runs.CompareAsync([run, Foreign.NewId()]));

        Assert.Equal(("tracking.invalid_comparison", "tracking.run_not_found"), (one.ErrorCode, unknown.ErrorCode));
    }

    [Fact]
    public async Task Groups_of_runs_are_found_by_their_parameters_or_by_filters_and_compared_by_tests()
    {
        var ids = new List<string>();
        for (var seed = 0; seed < 6; seed++)
        {
            var run = await StartAsync("c0ffee", seed % 2 == 0 ? "0.1" : "0.2", digest: null);
            await _client.Runs.LogBatchAsync(new() { RunId = run, Metrics = [new("auc", 0.8 + (0.01 * seed), 1)], Params = [new("fold", $"{seed / 2}")] });
            ids.Add(run);
        }

        var byValue = await _client.Runs.CompareStatisticsAsync(new() { GroupBy = "params.lr", ExperimentIds = ["0"], PairBy = ["params.fold"], TestShare = 0.2 });
        var byFilter = await _client.Runs.CompareStatisticsAsync(new()
        {
            ExperimentIds = ["0"],
            Metrics = ["auc"],
            PairBy = ["params.fold"],
            TestShare = 0.2,
            Groups = [new() { Name = "0.1", Filter = "params.lr = '0.1'" }, new() { Name = "0.2", RunIds = [ids[1], ids[3], ids[5]] }],
        });

        var difference = Assert.Single(Assert.Single(byValue.Metrics).Differences);
        Assert.Equal(("0.2", "0.1", 3), (difference.Group, difference.Reference, difference.Pairs));
        Assert.Equal(0.01, difference.Difference!.Value, 1e-9);
        Assert.Equal(difference.Tests, byFilter.Metrics[0].Differences[0].Tests);
        var unknown = await Assert.ThrowsAsync<OrreryApiException>(() => _client.Runs.CompareStatisticsAsync(
            new() { Groups = [new() { Name = "a", RunIds = [ids[0]] }, new() { Name = "b", RunIds = [Foreign.NewId()] }] }));
        var shared = await Assert.ThrowsAsync<OrreryApiException>(() => _client.Runs.CompareStatisticsAsync(
            new() { Groups = [new() { Name = "a", RunIds = [ids[0]] }, new() { Name = "b", RunIds = [ids[0]] }] }));
        var wrong = await Assert.ThrowsAsync<OrreryApiException>(() => _client.Runs.CompareStatisticsAsync(
            new() { ExperimentIds = ["0"], GroupBy = "params.lr", Filter = "nonsense" }));
        Assert.Equal(("tracking.run_not_found", "tracking.invalid_comparison", "tracking.invalid_filter"), (unknown.ErrorCode, shared.ErrorCode, wrong.ErrorCode));
    }

    private async Task<string> StartAsync(string? commit, string rate, string? digest)
    {
        var tags = commit is null ? Array.Empty<Tag>() : [new("mlflow.source.git.commit", commit), new("mlflow.source.name", "train.py")];
        if (commit is null)
            tags = [new("mlflow.source.name", "train.py")];
        var run = (await _client.Runs.CreateAsync(new() { ExperimentId = "0", Tags = tags })).Info.RunId;
        await _client.Runs.LogBatchAsync(new() { RunId = run, Params = [new("lr", rate)] });
        if (digest is not null)
        {
            await _client.Runs.LogInputsAsync(new()
            {
                RunId = run,
                Datasets =
                [
                    new() { Tags = [new("mlflow.data.context", "train")], Dataset = new() { Name = "telco", Digest = digest, SourceType = "local", Source = "{}" } },
                ],
            });
        }

        return run;
    }
}
