using System.Globalization;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>
/// Servers killed at random moments of a batch prediction, and two that share one: each row is in the output once. <c>ORRERY_KILLS</c> says how often a server is
/// killed.
/// </summary>
public sealed class BatchKillTests : IDisposable
{
    private const int Rows = 40_000;
    private const int PartitionRows = 2_000;

    private static readonly Dictionary<string, string> Settings = new() { ["Orrery__Jobs__Lease"] = "00:00:03", ["Orrery__Serving__Batch__Concurrency"] = "1", ["Orrery__Serving__Batch__Nice"] = "0" };

    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-batch-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_killed_batch_goes_on_and_has_each_row_once()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("ORRERY_KILLS") ?? "2", CultureInfo.InvariantCulture);
        await using var process = await ServerProcess.StartAsync(environment: Settings, cancel: Cancel);
        var id = await BeginAsync(process);
        var random = new Random(17);
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(100 + random.Next(400), Cancel);
            await process.KillAsync(Cancel);
            await process.RestartAsync(Cancel);
        }

        await CheckAsync(process, id);
        var left = Directory.EnumerateFiles(process.DataDir, "*", SearchOption.AllDirectories).Count(static path => path.Contains("batch-predictions", StringComparison.Ordinal));
        Assert.Equal(Rows / PartitionRows, left);
    }

    [Fact]
    public async Task Two_servers_share_a_batch_and_one_may_die()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync(Cancel);
        await using var one = await ServerProcess.StartAsync(["--database", database], Settings, cancel: Cancel);
        await using var other = await ServerProcess.StartAsync(["--database", database], Settings, one.DataDir, Cancel);
        var id = await BeginAsync(one);
        var batches = new BatchClient(one);
        await Eventually.HoldsAsync("both work", async () =>
            (await batches.GetAsync(id, "/partitions?state=running"))["partitions"]?.AsArray().Count == 2 && (await batches.GetAsync(id))["progress"]!["partitions_done"] is not null);
        await other.KillAsync(Cancel);

        await CheckAsync(one, id);
        await other.RestartAsync(Cancel);
    }

    private static async Task<string> BeginAsync(ServerProcess process)
    {
        await new ServingServer(process).RegisterOnnxAsync("m", OnnxModels.Logistic([0.25f], 0), "x");
        var batches = new BatchClient(process);
        await batches.UploadAsync("kill/rows.parquet", BatchClient.Parquet($"select i as id, (i % 1000)::float - 500 as x from range({Rows}) t(i)"));
        return await batches.SubmitAsync("""{"model": "m", "version": "1", "input": {"files": ["kill/rows.parquet"]}, "output": {"keep": ["id"]}, "partition_rows": 2000, "parallel": 2}""");
    }

    private async Task CheckAsync(ServerProcess process, string id)
    {
        var batches = new BatchClient(process);
        var ended = await batches.EndAsync(id);
        Assert.True((string)ended["state"]! == "succeeded", ended.ToJsonString());
        var files = await batches.DownloadAsync(id, _folder);
        var sums = BatchClient.Query(_folder, files, "select count(*), count(distinct id), count(distinct prediction_id), min(id), max(id), sum(label) from read_parquet({0})")[0];
        var positive = Enumerable.Range(0, Rows).Count(static row => (row % 1000) - 500 > 0);
        Assert.Equal($"{Rows} {Rows} {Rows} 0 {Rows - 1} {positive}", string.Join(' ', sums.Select(static value => Convert.ToString(value, CultureInfo.InvariantCulture))));
    }
}
