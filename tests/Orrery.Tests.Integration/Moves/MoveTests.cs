using System.Net;
using System.Text;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A workspace goes from one installation to another and arrives as it was. Each test has workspaces of its own on the server that they share.</summary>
public sealed class MoveTests(TrackingOnSqlite fixture) : IClassFixture<TrackingOnSqlite>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_workspace_goes_from_SQLite_to_PostgreSQL_and_back_and_is_the_same()
    {
        var sqlite = fixture.Server;
        await using var postgres = await TrackingOnPostgres.StartOwnAsync();
        var red = new MovedWorkspace(sqlite.Client, "red");
        var run = await red.FillAsync();
        var first = await red.ExportAsync();

        var there = await MovedWorkspace.ImportAsync(postgres.Client, first, name: null);
        var second = await new MovedWorkspace(postgres.Client, "red").ExportAsync();
        var back = await MovedWorkspace.ImportAsync(sqlite.Client, second, "red-again");
        var third = await new MovedWorkspace(sqlite.Client, "red-again").ExportAsync();

        Assert.Equal("succeeded", (string)there["state"]!);
        Assert.Equal("red", (string)there["result"]!["workspace"]!);
        Assert.Equal("succeeded", (string)back["state"]!);
        Assert.Equal("red", (string)back["result"]!["from"]!);
        Assert.Equal(TarFile.Read(first).Canonical(), TarFile.Read(second).Canonical());
        Assert.Equal(TarFile.Read(first).Canonical(), TarFile.Read(third).Canonical());
        await SameAsync(red, new(postgres.Client, "red"), run);
        await SameAsync(red, new(sqlite.Client, "red-again"), run);
    }

    [Fact]
    public async Task A_workspace_goes_from_files_to_a_bucket_and_back_and_is_the_same()
    {
        var bucket = await (await S3Server.SharedAsync()).CreateBucketAsync(Cancel);
        var files = fixture.Server;
        await using var s3 = await ServerProcess.StartAsync(
            ["--log-level", "Warning", "--blobs", $"s3://{bucket.Bucket}/{bucket.Prefix}"],
            new Dictionary<string, string>
            {
                ["Orrery__Blobs__S3__ServiceUrl"] = bucket.ServiceUrl!,
                ["Orrery__Blobs__S3__AccessKey"] = bucket.AccessKey!,
                ["Orrery__Blobs__S3__SecretKey"] = bucket.SecretKey!,
            },
            cancel: Cancel);
        var red = new MovedWorkspace(files.Client, "filed");
        var run = await red.FillAsync();
        var first = await red.ExportAsync();

        Assert.Equal("succeeded", (string)(await MovedWorkspace.ImportAsync(s3.Client, first, "blue"))["state"]!);
        var second = await new MovedWorkspace(s3.Client, "blue").ExportAsync();
        Assert.Equal("succeeded", (string)(await MovedWorkspace.ImportAsync(files.Client, second, "filed-again"))["state"]!);

        Assert.Equal(TarFile.Read(first).Canonical(), TarFile.Read(second).Canonical());
        await SameAsync(red, new(s3.Client, "blue"), run);
        await SameAsync(red, new(files.Client, "filed-again"), run);
    }

    [Fact]
    public async Task What_arrived_goes_on_where_it_was()
    {
        var server = fixture.Server;
        var red = new MovedWorkspace(server.Client, "origin");
        var run = await red.FillAsync();
        await MovedWorkspace.ImportAsync(server.Client, await red.ExportAsync(), "blue");
        var blue = new MovedWorkspace(server.Client, "blue");

        var next = (string)(await blue.PostAsync("experiments/create", new { name = "after" }))["experiment_id"]!;
        var version = (string)(await blue.PostAsync("model-versions/create", new { name = "Churn model", source = "s3://elsewhere/y", run_id = run }))["model_version"]!["version"]!;
        await blue.PostAsync("runs/set-tag", new { run_id = run, key = "only", value = "blue" });
        await blue.PutFileAsync($"1/{run}/artifacts/model/model.pkl", "new"u8.ToArray());

        Assert.Equal(("2", "3"), (next, version));
        Assert.DoesNotContain("\"blue\"", (await red.GetAsync($"runs/get?run_id={run}")).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(MovedWorkspace.Bytes(700_000), await red.FileAsync($"1/{run}/artifacts/model/model.pkl"));
        Assert.Equal("stored", await blue.PackageStateAsync("1"));
        // What evaluations must show has come along; evaluations themselves stay where they were made.
        var promoted = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => blue.PostAsync("model-versions/transition-stage", new { name = "Churn model", version = "1", stage = "Production" }));
        Assert.Contains("no evaluation of the last 30 days on holdout.parquet", promoted.Message, StringComparison.Ordinal);
        var gates = await blue.SendAsync(HttpMethod.Get, "api/v1/models/Churn%20model/evaluation-gates", new { });
        Assert.Equal(["auc >= 0.8", "recall@plan=größer >= 0.5"], gates["gates"]!.AsArray().Select(static gate => (string)gate!));
        var latest = Path.Combine(server.DataDir, "blobs", "blue", "models");
        await Eventually.HoldsAsync(
            "the pointer to the latest package is there", () => Directory.Exists(latest) && Directory.GetFiles(latest, "latest", SearchOption.AllDirectories).Length == 1);
    }

    [Fact]
    public async Task Secrets_stay_where_they_are_and_webhooks_arrive_disabled()
    {
        var server = fixture.Server;
        var red = new MovedWorkspace(server.Client, "secretive");
        await red.FillAsync();
        var archive = await red.ExportAsync();

        var job = await MovedWorkspace.ImportAsync(server.Client, archive, "told");
        var hook = (await new MovedWorkspace(server.Client, "told").GetAsync("webhooks"))["webhooks"]![0]!;

        Assert.True(archive.AsSpan().IndexOf(Encoding.UTF8.GetBytes(MovedWorkspace.WebhookSecret)) < 0);
        Assert.DoesNotContain("secret", TarFile.Read(archive).Text("tables/reg_webhook.ndjson"), StringComparison.Ordinal);
        Assert.Equal("DISABLED", (string)hook["status"]!);
        Assert.Contains("secrets", (string)job["result"]!["notes"]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_beside_writers_is_of_one_moment_and_holds_up_nobody()
    {
        var server = fixture.Server;
        var red = new MovedWorkspace(server.Client, "busy");
        await red.FillAsync(files: 30);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            var count = 0;
            var run = (string)(await red.PostAsync("runs/create", new { experiment_id = "0" }))["run"]!["info"]!["run_id"]!;
            for (; !stop.IsCancellationRequested; count++)
                await red.PostAsync("runs/log-batch", new { run_id = run, @params = new[] { new { key = $"p{count}", value = "x" } }, tags = new[] { new { key = $"t{count}", value = "x" } } });
            return count;
        }, Cancel)).ToList();

        var archives = new List<TarFile>();
        for (var export = 0; export < 5; export++)
            archives.Add(TarFile.Read(await red.ExportAsync()));
        await stop.CancelAsync();
        var written = (await Task.WhenAll(writers)).Sum();

        Assert.Empty(Directory.GetFiles(Path.Combine(server.DataDir, "scratch")));
        Assert.True(written > 20, $"Only {written} batches were written meanwhile.");
        foreach (var archive in archives)
        {
            // Each batch is one transaction: as many parameters of that kind as tags, in every snapshot.
            var marks = archive.Lines("tables/trk_param.ndjson").Count(static line => line.Contains("\"key\":\"p", StringComparison.Ordinal));
            Assert.Equal(marks, archive.Lines("tables/trk_tag.ndjson").Count(static line => line.Contains("\"key\":\"t", StringComparison.Ordinal) && !line.Contains("\"key\":\"team", StringComparison.Ordinal)));
        }

        Assert.True(archives[^1].Lines("tables/trk_param.ndjson").Length > archives[0].Lines("tables/trk_param.ndjson").Length);
    }

    [Fact]
    public async Task A_file_that_the_store_has_lost_is_reported_and_the_rest_arrives()
    {
        var server = fixture.Server;
        var red = new MovedWorkspace(server.Client, "leaky");
        var run = await red.FillAsync();
        var lost = Directory.GetFiles(Path.Combine(server.DataDir, "blobs", "leaky", "artifacts"), "00001~*", SearchOption.AllDirectories).Single();
        File.Delete(lost);
        var damaged = Directory.GetFiles(Path.Combine(server.DataDir, "blobs", "leaky", "artifacts"), "00002~*", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(damaged, MovedWorkspace.Bytes(77), Cancel);

        var job = await MovedWorkspace.ImportAsync(server.Client, await red.ExportAsync(), "whole");
        var blue = new MovedWorkspace(server.Client, "whole");

        Assert.Equal(2, (int)job["result"]!["files_missing"]!);
        Assert.Equal(MovedWorkspace.Bytes(100), await blue.FileAsync($"1/{run}/artifacts/many/00000"));
        using var answer = await server.Client.GetAsync(new Uri($"w/whole/api/2.0/mlflow-artifacts/artifacts/1/{run}/artifacts/many/00001", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task SameAsync(MovedWorkspace here, MovedWorkspace there, string run)
    {
        foreach (var path in new[]
        {
            $"runs/get?run_id={run}", "experiments/get-by-name?experiment_name=Tr%C3%A4ume", $"metrics/get-history?run_id={run}&metric_key=loss",
            $"metrics/get-history?run_id={run}&metric_key=nan", $"artifacts/list?run_id={run}", "registered-models/get?name=Churn%20model",
            "model-versions/get?name=Churn%20model&version=1", "registered-models/alias?name=Churn%20model&alias=champion",
        })
            Assert.Equal((await here.GetAsync(path)).ToJsonString(), (await there.GetAsync(path)).ToJsonString());
        foreach (var file in new[] { "model/MLmodel", "model/model.pkl", "empty.txt", "ünï/cödé.bin", "many/00002" })
            Assert.Equal(await here.FileAsync($"1/{run}/artifacts/{file}"), await there.FileAsync($"1/{run}/artifacts/{file}"));
        Assert.Equal(
            (await here.PostAsync("runs/search", new { experiment_ids = new[] { "1" }, filter = "params.lr = '0.1' and metrics.up > 5" })).ToJsonString(),
            (await there.PostAsync("runs/search", new { experiment_ids = new[] { "1" }, filter = "params.lr = '0.1' and metrics.up > 5" })).ToJsonString());
        Assert.Equal("stored", await there.PackageStateAsync("1"));
        var graph = await here.LineageAsync(run);
        Assert.Contains("Churn model/2", graph, StringComparison.Ordinal);
        Assert.Contains("iris@d1", graph, StringComparison.Ordinal);
        Assert.Equal(graph, await there.LineageAsync(run));
    }
}
