using System.Text;
using System.Text.Json;
using Orrery.Client;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Batch predictions by the command line, and who may ask for them.</summary>
public sealed class BatchVerbTests(BatchServer server) : IClassFixture<BatchServer>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-batch-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_verbs_submit_watch_list_download_and_delete()
    {
        await server.Batches.UploadAsync("verbs/rows.csv", Encoding.UTF8.GetBytes("id,t,charges\n" + string.Join('\n', Enumerable.Range(0, 50).Select(static row => $"{row},{row},1"))));
        var (code, output, error) = await RunAsync(
            "batch-predict", "submit", "--model", "churn", "--version", "1", "--input", "verbs/*.csv", "--column", "tenure=t", "--keep", "id", "--csv", "--partition-rows", "20", "--wait", "--json");
        Assert.True(code == 0, error);
        var batch = JsonSerializer.Deserialize(output, OrreryJson.TypeOf<BatchPrediction>())!;
        Assert.Equal(("succeeded", 50, 3), (batch.State, batch.Progress.RowsDone, batch.Progress.PartitionsDone));

        Assert.Contains(batch.Id, (await RunAsync("batch-predict", "list", "--state", "succeeded")).Out, StringComparison.Ordinal);
        Assert.Contains("50 of 50", (await RunAsync("batch-predict", "get", batch.Id)).Out, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("batch-predict", "download", batch.Id, "-o", _folder.FullName)).ExitCode);
        var lines = _folder.GetFiles("part-*.csv").OrderBy(static file => file.Name, StringComparer.Ordinal).SelectMany(static file => File.ReadLines(file.FullName).Skip(1)).ToList();
        Assert.Equal(Enumerable.Range(0, 50).Select(static row => $"{row}"), lines.Select(static line => line.Split(',')[1]));
        Assert.Equal("prediction_id,id,label,probabilities_0,probabilities_1", File.ReadLines(Path.Combine(_folder.FullName, "part-000000.csv")).First());

        Assert.Equal(4, (await RunAsync("batch-predict", "cancel", batch.Id)).ExitCode);
        Assert.Equal(0, (await RunAsync("batch-predict", "delete", batch.Id, "--yes")).ExitCode);
        Assert.Equal(3, (await RunAsync("batch-predict", "get", batch.Id)).ExitCode);
        Assert.Equal(1, (await RunAsync("batch-predict", "submit", "--model", "churn", "--version", "1", "--input", "verbs/none.csv", "--wait")).ExitCode);
    }

    [Fact]
    public async Task A_deployments_model_predicts_and_its_output_is_the_one_it_names()
    {
        await server.Batches.UploadAsync("deployed/rows.parquet", BatchClient.Parquet("select 1.0::float as tenure, 2.0::float as charges"));
        await server.Models.DeployAsync("staging", "batched", ServingServer.Spec(ServingServer.Variant("churn", 1, more: """, "output": "probabilities" """)));
        using var client = new OrreryClient(server.Process.BaseAddress);
        var asked = new BatchPredictionSpec { Deployment = new() { Environment = "staging", Name = "batched" }, Input = new() { Files = ["deployed/rows.parquet"] } };
        var made = await client.BatchPredictions.CreateAsync(asked, "once", Cancel);
        Assert.Equal(made.Id, (await client.BatchPredictions.CreateAsync(asked, "once", Cancel)).Id);
        await server.Batches.EndAsync(made.Id);
        var rows = BatchClient.Query(_folder.FullName, await server.Batches.DownloadAsync(made.Id, _folder.FullName), "from read_parquet({0})");
        Assert.Equal(2, rows.Single().Length);
        var refused = await Assert.ThrowsAsync<OrreryApiException>(() => client.BatchPredictions.CreateAsync(asked with { Deployment = asked.Deployment with { Name = "nobody" } }, null, Cancel));
        Assert.Equal("serving.deployment_not_found", refused.ErrorCode);
    }

    private Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] arguments) => Mlops.RunAsync(server.Process, Cancel, arguments);
}
