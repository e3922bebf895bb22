using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>The .NET client against the real server.</summary>
public sealed class ClientTests(ClientTests.Server fixture) : IClassFixture<ClientTests.Server>, IDisposable
{
    private readonly OrreryClient _client = new(fixture.Process.BaseAddress);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-client-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_writer_logs_is_all_there()
    {
        var run = await NewRunAsync();
        await using (var log = _client.Runs.Write(run.Info.RunId))
        {
            for (var i = 0; i < 250; i++)
                await log.ParamAsync($"p{i}", $"{i}", Cancel);
            for (var step = 0; step < 3500; step++)
                await log.MetricAsync("loss", step is 7 ? double.NaN : 1.0 / (step + 1), step, Cancel);
            await log.TagAsync("k", "ü", Cancel);
        }

        var stored = await _client.Runs.GetAsync(run.Info.RunId, Cancel);
        Assert.Equal(250, stored.Data.Params.Count);
        Assert.Contains(new Tag("k", "ü"), stored.Data.Tags);
        var history = await _client.Metrics.HistoryAsync(run.Info.RunId, "loss", Cancel).ToListAsync(Cancel);
        Assert.Equal(Enumerable.Range(0, 3500).Select(step => (long)step), history.Select(point => point.Step).Order());
        Assert.True(double.IsNaN(history.Single(point => point.Step is 7).Value));
    }

    [Fact]
    public async Task A_refused_param_surfaces_with_the_servers_code()
    {
        var run = await NewRunAsync();
        await _client.Runs.LogBatchAsync(new LogBatch { RunId = run.Info.RunId, Params = [new Param("a", "1")] }, Cancel);
        var log = _client.Runs.Write(run.Info.RunId);
        await log.ParamAsync("a", "2", Cancel);

        var refused = await Assert.ThrowsAsync<OrreryApiException>(() => log.DisposeAsync().AsTask());

        Assert.Equal(MlflowErrorCodes.InvalidParameterValue, refused.ErrorCode);
        Assert.NotNull(refused.RequestId);
    }

    [Fact]
    public async Task Searches_walk_all_pages_once()
    {
        var experiment = await _client.Experiments.CreateAsync(new CreateExperiment { Name = $"pages {_folder.Name}" }, Cancel);
        var made = new List<string>();
        for (var i = 0; i < 7; i++)
            made.Add((await _client.Runs.CreateAsync(new CreateRun { ExperimentId = experiment, StartTime = 1000 }, Cancel)).Info.RunId);

        var found = await _client.Runs.SearchAsync(new SearchRuns { ExperimentIds = [experiment], MaxResults = 2 }, Cancel)
            .Select(run => run.Info.RunId)
            .ToListAsync(Cancel);

        Assert.Equal(made.Order(), found.Order());
    }

    [Fact]
    public async Task A_folder_goes_up_and_comes_down_with_every_hash_verified()
    {
        var run = await NewRunAsync();
        var up = Directory.CreateDirectory(Path.Combine(_folder.FullName, "up"));
        var random = new Random(1);
        foreach (var (name, size) in new[] { ("a b.txt", 5), ("empty", 0), ("deep/er/ü+%25.bin", 3_000_000), ("model.onnx", 20_000_000) })
        {
            var bytes = new byte[size];
            random.NextBytes(bytes);
            var path = Path.Combine(up.FullName, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, bytes, Cancel);
        }

        var sent = await _client.Artifacts.LogFolderAsync(run.Info.RunId, up.FullName, "model", cancel: Cancel);
        var folder = await _client.Artifacts.OfRunAsync(run.Info.RunId, Cancel);
        var down = Path.Combine(_folder.FullName, "down");
        var received = await folder.DownloadFolderAsync("model", down, cancel: Cancel);

        Assert.All(sent, file => Assert.True(file.Verified));
        Assert.Equal(sent, received);
        foreach (var file in up.GetFiles("*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(down, Path.GetRelativePath(up.FullName, file.FullName));
            Assert.Equal(await File.ReadAllBytesAsync(file.FullName, Cancel), await File.ReadAllBytesAsync(copy, Cancel));
        }
    }

    [Fact]
    public async Task A_download_that_broke_off_continues_by_range()
    {
        var run = await NewRunAsync();
        var bytes = new byte[5_000_000];
        new Random(2).NextBytes(bytes);
        var folder = await _client.Artifacts.OfRunAsync(run.Info.RunId, Cancel);
        var sent = await folder.UploadBytesAsync(bytes, "weights.bin", Cancel);
        var target = Path.Combine(_folder.FullName, "weights.bin");
        await File.WriteAllBytesAsync(target + ".part", bytes[..3_000_000], Cancel);
        await File.WriteAllTextAsync(target + ".part.etag", $"\"{sent.Sha256}\"", Cancel);
        var moved = new Moved();

        var received = await folder.DownloadFileAsync("weights.bin", target, moved, Cancel);

        Assert.Equal(bytes, await File.ReadAllBytesAsync(target, Cancel));
        Assert.True(received.Verified);
        Assert.True(moved.NeverStartedOver);
    }

    [Fact]
    public async Task Workspaces_do_not_see_each_other()
    {
        using var other = new OrreryClient(fixture.Process.BaseAddress, new() { Workspace = "elsewhere" });
        var run = await NewRunAsync();

        var refused = await Assert.ThrowsAsync<OrreryApiException>(() => other.Runs.GetAsync(run.Info.RunId, Cancel));

        Assert.True(refused.IsNotFound);
    }

    [Fact]
    public async Task The_command_line_speaks_with_the_server()
    {
        var run = await NewRunAsync();

        var (logged, _, _) = await Mlops.RunAsync(fixture.Process, Cancel, "runs", "log", run.Info.RunId, "--metric", "auc=0.9@3", "--param", "lr=0.1");
        var (shown, output, _) = await Mlops.RunAsync(fixture.Process, Cancel, "runs", "show", run.Info.RunId, "--json");
        var (missing, _, errors) = await Mlops.RunAsync(fixture.Process, Cancel, "runs", "show", "0123456789abcdef0123456789abcdef");

        Assert.Equal((0, 0, 3), (logged, shown, missing));
        Assert.Contains("\"auc\"", output, StringComparison.Ordinal);
        Assert.Contains("not found", errors, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose()
    {
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    private Task<Run> NewRunAsync() => _client.Runs.CreateAsync(new CreateRun { ExperimentId = "0" }, Cancel);

    // Progress that goes back would be a file that started over.
    private sealed class Moved : IProgress<TransferProgress>
    {
        private long _last;

        public bool NeverStartedOver { get; private set; } = true;

        public void Report(TransferProgress value)
        {
            NeverStartedOver &= value.Bytes >= _last;
            _last = value.Bytes;
        }
    }

    public sealed class Server : IAsyncLifetime
    {
        public ServerProcess Process { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Process = await ServerProcess.StartAsync();

        public ValueTask DisposeAsync() => Process.DisposeAsync();
    }
}
