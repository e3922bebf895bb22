using System.Net;
using System.Net.Sockets;
using Churn;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Spectre.Console;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>The end of the churn story: two versions answer on the real server, for real customers.</summary>
public sealed class ChurnServingTests : IAsyncLifetime
{
    private const int Asked = 400;

    private ServerProcess _process = null!;
    private ChurnGrpc _grpc = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        _process = await ServerProcess.StartAsync(["--log-level", "Warning", "--grpc-urls", address], cancel: Cancel);
        _grpc = new ChurnGrpc(new Uri(address));
    }

    public async ValueTask DisposeAsync()
    {
        _grpc.Dispose();
        await _process.DisposeAsync();
    }

    [Fact]
    public async Task The_champion_and_its_canary_answer_as_the_trained_models_do_and_again_when_told_twice()
    {
        using var client = new OrreryClient(_process.BaseAddress);
        var (strict, loose) = (Train(ridge: 1000), Train(ridge: 1));
        var champion = await RegisterAsync(client, strict);
        var challenger = await RegisterAsync(client, loose);
        var customers = ServedCustomer.OfTest(ChurnRows.Data).Take(Asked).ToList();

        var first = await TellAsync(client, champion, challenger, customers);
        Assert.Contains($"churn-predictor in staging, revision 1: version {champion} for 90 %, version {challenger} (canary) for 10 %", first, StringComparison.Ordinal);
        Assert.Contains("of 400 customers", first, StringComparison.Ordinal);
        foreach (var (variant, model) in new[] { ("stable", strict), ("canary", loose) })
        {
            var answer = await client.Deployments.PredictAsync(ChurnServing.Environment, ChurnStory.ModelName, ChurnRequests.V1(customers[7]), new() { Variant = variant }, Cancel);
            var expected = model.Model.Probabilities(new Matrix(1, customers[7].Inputs.Length, [.. customers[7].Inputs.Select(static value => (double)value)]))[0];
            Assert.Equal(expected, ChurnRequests.OfV1(answer.Body), 1e-5);
        }

        var second = await TellAsync(client, champion, challenger, customers);
        Assert.Equal(first, second);
    }

    private static TrainedRun Train(double ridge) => Candidate.Logistic(ridge).Train(ChurnRows.Data.Train, ChurnRows.Data.Valid, TimeProvider.System);

    private async Task<string> TellAsync(OrreryClient client, string champion, string challenger, IReadOnlyList<ServedCustomer> customers)
    {
        var told = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(told) });
        console.Profile.Width = 200;
        Assert.True(await new ChurnServing(client, _grpc, console, hasFeatures: false, TimeProvider.System).ServeAsync(champion, challenger, customers, customers, Cancel));
        return told.ToString();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<string> RegisterAsync(OrreryClient client, TrainedRun run)
    {
        var files = ModelPackage.Files(run.Model, ChurnRows.Data.Valid.Inputs.Row(0), "0", TimeProvider.System);
        var version = await new ServingServer(_process).RegisterAsync(ChurnStory.ModelName, [.. files.Select(static file => (file.Key, file.Value))]);
        return (await client.Versions.WaitReadyAsync(ChurnStory.ModelName, $"{version}", Cancel)).Version;
    }
}
