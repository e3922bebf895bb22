using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orrery.Tests.Integration;

/// <summary>An inference endpoint that answers as a test says, on a free port of this machine.</summary>
internal sealed class FakeEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _asked;

    private FakeEndpoint(WebApplication app) => _app = app;

    /// <summary>Answers a prediction: its number from 1.</summary>
    public Func<int, HttpContext, Task> Answer { get; set; } = static (_, context) => JsonAsync(context, "{}");

    /// <summary>Answers anything else, by path: readiness, metadata.</summary>
    public Dictionary<string, string> Says { get; } = new()
    {
        ["/v2"] = """{"name": "fake", "version": "1", "extensions": []}""",
        ["/v2/models/m"] = """{"name": "m", "platform": "fake", "inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 2]}], "outputs": [{"name": "y", "datatype": "FP32", "shape": [-1]}]}""",
        ["/v2/models/m/ready"] = """{"name": "m", "ready": true}""",
        ["/v1/models/m"] = """{"name": "m", "ready": true}""",
    };

    /// <summary>Bodies of the predictions that were asked for.</summary>
    public ConcurrentQueue<(IReadOnlyDictionary<string, string> Headers, byte[] Body)> Calls { get; } = [];

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<FakeEndpoint> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://{IPAddress.Loopback}:0");
        var endpoint = new FakeEndpoint(app);
        app.Run(endpoint.ReceiveAsync);
        await app.StartAsync();
        return endpoint;
    }

    public static Task JsonAsync(HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    public static string Text(byte[] body) => Encoding.UTF8.GetString(body);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            var known = Says.TryGetValue(context.Request.Path, out var said);
            await JsonAsync(context, said ?? """{"error": "no such model"}""", known ? 200 : 404);
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Calls.Enqueue((context.Request.Headers.ToDictionary(static one => one.Key, static one => one.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
        await Answer(Interlocked.Increment(ref _asked), context);
    }
}
