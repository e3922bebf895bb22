using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server with two versions of a model, that writes its prediction logs every second.</summary>
public sealed class LoggingServer : IAsyncLifetime
{
    public ServerProcess Process { get; private set; } = null!;

    internal ServingServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Process = await ServerProcess.StartAsync(environment: new Dictionary<string, string> { ["Orrery__Serving__LogFlushSeconds"] = "1" });
        Server = new ServingServer(Process);
        await Server.RegisterOnnxAsync("churn", OnnxModels.Logistic([1f, -1f], 0), "tenure", "charges");
        await Server.RegisterOnnxAsync("churn", OnnxModels.Logistic([1f, -1f], 2), "tenure", "charges");
    }

    public async ValueTask DisposeAsync() => await Process.DisposeAsync();
}
