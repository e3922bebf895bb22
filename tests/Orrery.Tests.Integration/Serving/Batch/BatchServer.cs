using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server with a warehouse and two models, for batch predictions.</summary>
public sealed class BatchServer : IAsyncLifetime
{
    public ServerProcess Process { get; private set; } = null!;

    /// <summary>Connection string of the warehouse, which the workspaces <c>default</c> may read.</summary>
    public string Warehouse { get; private set; } = null!;

    internal ServingServer Models { get; private set; } = null!;

    internal BatchClient Batches { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Warehouse = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        Process = await ServerProcess.StartAsync(environment: new Dictionary<string, string>
        {
            ["Orrery__Serving__Batch__Nice"] = "0",
            ["Orrery__Features__Warehouses__dwh__Connection"] = Warehouse,
            ["Orrery__Features__Warehouses__dwh__Workspaces__0"] = "default",
            ["Orrery__Features__Warehouses__theirs__Connection"] = Warehouse,
            ["Orrery__Features__Warehouses__theirs__Workspaces__0"] = "others",
        });
        (Models, Batches) = (new(Process), new(Process));
        await Models.RegisterOnnxAsync("churn", OnnxModels.Logistic([0.3f, -0.7f], 0.1f), "tenure", "charges");
        await Models.RegisterOnnxAsync("whole", OnnxModels.Identity(7, -1));
        await Models.RegisterOnnxAsync("plain", OnnxModels.Logistic([0.3f, -0.7f], 0.1f));
    }

    public async ValueTask DisposeAsync() => await Process.DisposeAsync();
}
