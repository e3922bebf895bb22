using Orrery.Client;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What a model's predictions cost, on the statement of its month.</summary>
public sealed class MeteringTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_pays_for_its_predictions_once_also_over_a_restart()
    {
        await using var process = await ServerProcess.StartAsync(cancel: Cancel);
        var serving = new ServingServer(process);
        await serving.RegisterOnnxAsync("paying", OnnxModels.Identity(11, -1, 1));
        await serving.DeployAsync("staging", "paying", ServingServer.Spec(ServingServer.Variant("paying", 1)));
        await serving.ReadyAsync("staging", "paying", 1);
        for (var request = 0; request < 4; request++)
            Assert.Equal(200, (await serving.AskAsync("/staging/v1/models/paying:predict", """{"instances": [[1], [2], [3]]}""")).Status);
        Assert.Equal(400, (await serving.AskAsync("/staging/v1/models/paying:predict", """{"instances": [["one"]]}""")).Status);
        for (var again = 0; again < 2; again++)
        {
            await process.TerminateAsync(Cancel);
            await process.RestartAsync(Cancel);
        }

        var month = $"{TimeProvider.System.GetUtcNow():yyyy-MM}";
        using var client = new OrreryClient(process.BaseAddress);
        var statement = await client.Costs.GetStatementAsync(month, Cancel);
        var model = Assert.Single(statement.Models);
        Assert.Equal(("paying", 12m), (model.Model, model.Predictions));
        Assert.Superset(
            new HashSet<string>(["core-seconds", "memory-gib-seconds"], StringComparer.Ordinal),
            statement.Lines.Where(static line => line.ObjectId == "paying").Select(static line => line.Meter).ToHashSet(StringComparer.Ordinal));
    }
}
