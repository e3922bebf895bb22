using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Orrery.Client;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>The database is away, and models go on answering.</summary>
public sealed class ServingOutageTests
{
    private const string V1 = """{"instances": [[3, 3]]}""";
    private const string V2 = """{"inputs": [{"name": "features", "shape": [1, 2], "datatype": "FP32", "data": [3, 3]}]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predictions_go_on_while_PostgreSQL_is_away_and_changes_reach_traffic_when_it_is_back()
    {
        await using var postgres = await PostgresServer.StartAsync(Cancel);
        var grpc = new Uri($"http://127.0.0.1:{GrpcBytes.FreePort()}");
        await using var process = await ServerProcess.StartAsync(["--database", await postgres.CreateDatabaseAsync(Cancel), "--grpc-urls", grpc.OriginalString], cancel: Cancel);
        var server = new ServingServer(process);
        await server.RegisterOnnxAsync("m", OnnxModels.Logistic([1f, -1f], 0));
        await server.RegisterOnnxAsync("m", OnnxModels.Logistic([1f, -1f], 50));
        await server.DeployAsync("production", "m", ServingServer.Spec(ServingServer.Variant("m", 1)));
        var token = await TokenAsync(process);
        process.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Task<string> GrpcAsync() => GrpcBytes.InferAsync(process.Client, grpc, "m", [3, 3], token, Cancel);
        Assert.Equal("0", await GrpcAsync());
        Assert.Equal(200, (await server.AskAsync("/v2/models/m/infer", V2)).Status);

        await postgres.StopImmediateAsync(Cancel);
        for (var index = 0; index < 50; index++)
        {
            Assert.Equal((200, "0"), ((await server.AskAsync("/v1/models/m:predict", V1)).Status, await GrpcAsync()));
            Assert.Equal(200, (await server.AskAsync("/v2/models/m/infer", V2)).Status);
        }

        var (status, body) = await server.TryDeployAsync("production", "m", ServingServer.Spec(ServingServer.Variant("m", 2)));
        Assert.Equal((503, "storage.database_away"), (status, (string)body!["code"]!));
        using (var ready = await process.Client.GetAsync(new Uri("v2/health/ready", UriKind.Relative), Cancel))
            Assert.Equal(200, (int)ready.StatusCode);

        await postgres.StartAgainAsync(Cancel);
        var back = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync("it is deployed", async () =>
            (await server.TryDeployAsync("production", "m", ServingServer.Spec(ServingServer.Variant("m", 2)))).Status == 200);
        await Eventually.HoldsAsync("the change answers", async () => (await server.AskAsync("/v2/models/m/infer", V2)).Body.Contains("\"model_version\":\"2\"", StringComparison.Ordinal));
        var took = Stopwatch.GetElapsedTime(back);
        TestContext.Current.TestOutputHelper?.WriteLine($"A change answered {took.TotalMilliseconds:0} ms after the database was back.");
        Assert.True(took < TimeSpan.FromSeconds(6), $"It took {took}.");
        await process.KillAsync(Cancel);
    }

    [Fact]
    public async Task Predictions_go_on_while_another_program_holds_the_SQLite_file()
    {
        await using var process = await ServerProcess.StartAsync(cancel: Cancel);
        var server = new ServingServer(process);
        await server.RegisterOnnxAsync("m", OnnxModels.Logistic([1f, -1f], 0));
        await server.DeployAsync("production", "m", ServingServer.Spec(ServingServer.Variant("m", 1)));
        var file = Assert.Single(Directory.EnumerateFiles(process.DataDir, "*.db"));
        var script = $"import sqlite3,sys; c=sqlite3.connect({new JsonArray(file)[0]!.ToJsonString()}); c.isolation_level=None; c.execute('begin exclusive'); print('held', flush=True); sys.stdin.read()";
        using var holder = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(Cancel));

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var change = server.TryDeployAsync("production", "m", ServingServer.Spec(ServingServer.Variant("m", 1, weight: 7)));
        var asked = 0;
        while (!change.IsCompleted)
        {
            Assert.Equal(200, (await server.AskAsync("/v1/models/m:predict", V1)).Status);
            asked++;
            if (asked == 200)
                holder.StandardInput.Close();
        }

        // It waits a while for its turn: either it got it, or it says so.
        Assert.True(asked >= 200 || (await change).Status == 503, $"{asked} {(await change).Status}");
        holder.StandardInput.Close();
        await holder.WaitForExitAsync(Cancel);
    }

    private static async Task<string> TokenAsync(ServerProcess process)
    {
        const string password = "plum-tractor-97";
        using var nobody = new OrreryClient(process.BaseAddress);
        await nobody.Identity.InitAdminAsync(new() { Name = "root", Password = password }, Cancel);
        using var root = new OrreryClient(process.BaseAddress, new() { Username = "root", Password = password });
        return (await root.Identity.CreateTokenAsync(new() { Name = "program" }, Cancel)).Secret;
    }
}
