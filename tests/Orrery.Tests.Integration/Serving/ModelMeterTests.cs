using System.Globalization;
using Orrery.Client;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What serving a model takes is put down to it: once, whether or not the server was restarted.</summary>
public sealed class ModelMeterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_model_answered_stands_in_the_statement_once()
    {
        await using var server = await ServerProcess.StartAsync(["--log-level", "Warning"], cancel: Cancel);
        var serving = new ServingServer(server);
        await serving.RegisterOnnxAsync("metered", OnnxModels.Identity(11, -1, 1));
        await serving.DeployAsync("staging", "metered", """{"variants": [{"name": "a", "model": "metered", "version": "1", "weight": 1}]}""");
        await serving.ReadyAsync("staging", "metered", 1);
        var (status, body) = await serving.AskAsync("/staging/v1/models/metered:predict", """{"instances": [[1], [2], [3]]}""");
        Assert.True(status == 200, body);

        // A server that stops writes what it counted, and begins anew.
        await server.TerminateAsync(Cancel);
        await server.RestartAsync(Cancel);
        await server.TerminateAsync(Cancel);
        await server.RestartAsync(Cancel);

        using var client = new OrreryClient(server.BaseAddress);
        var month = TimeProvider.System.GetUtcNow().ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var lines = (await client.Costs.GetStatementAsync(month, Cancel)).Lines.Where(static line => line is { ObjectKind: "model", ObjectId: "metered" }).ToDictionary(static line => line.Meter);
        Assert.Equal(3, lines["predictions"].Quantity);
        Assert.InRange(lines["core-seconds"].Quantity, 0.000001m, 30);
        Assert.True(lines["memory-gib-seconds"].Quantity > 0);
        Assert.Contains("costs/models/metered", await server.Client.GetStringAsync("/costs", Cancel), StringComparison.Ordinal);
    }
}
