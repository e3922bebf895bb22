using System.Net;
using System.Net.Sockets;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server of the story with models deployed: <c>echo</c> and <c>exact</c> give back the columns they get, <c>columns</c> takes an input for each.</summary>
public sealed class LookupServer : IAsyncLifetime
{
    private const int Float = 1;
    private const int Double = 11;
    private const int Int64 = 7;
    private const int Text = 8;

    public static string[] Columns { get; } = ["tenure", "charges", "per_month", "share", "vip", "visits"];

    public ServerProcess Process { get; private set; } = null!;

    /// <summary>Address of gRPC.</summary>
    public Uri Grpc { get; private set; } = null!;

    internal LookupStory Story { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Grpc = new Uri($"http://127.0.0.1:{FreePort()}");
        Process = await ServerProcess.StartAsync(["--grpc-urls", Grpc.ToString()], new Dictionary<string, string> { ["Orrery__Serving__LogFlushSeconds"] = "1" });
        Story = new LookupStory(Process);
        await Story.BeginAsync();
        await Story.TrainAsync("echo", OnnxModels.Identity(Float, -1, Columns.Length), "shopper", LookupStory.Signature("float", Columns));
        await Story.TrainAsync("exact", OnnxModels.Identity(Double, -1, Columns.Length), "shopper", LookupStory.Signature("double", Columns));
        await Story.TrainAsync("columns", ByColumn(), "shopper", """[{"name": "plan", "type": "string"}, {"name": "tenure", "type": "long"}, {"name": "ratio", "type": "float"}]""");
        await Story.Server.DeployAsync("production", "echo", LookupStory.Spec("echo", more: """, "log": {}"""));
        await Story.Server.DeployAsync("production", "exact", LookupStory.Spec("exact"));
        await Story.Server.DeployAsync("production", "columns", LookupStory.Spec("columns"));
    }

    public async ValueTask DisposeAsync() => await Process.DisposeAsync();

    private static byte[] ByColumn() => new OnnxModelBuilder()
        .Input("plan", Text, -1).Input("tenure", Int64, -1, 1).Input("ratio", Float, -1, 1)
        .Node("Identity", ["plan"], ["plan_out"]).Node("Identity", ["tenure"], ["tenure_out"]).Node("Identity", ["ratio"], ["ratio_out"])
        .Output("plan_out", Text, -1).Output("tenure_out", Int64, -1, 1).Output("ratio_out", Float, -1, 1)
        .Build();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
