using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Server;

namespace Orrery.Tests.Integration;

/// <summary>The server's own pipeline in this process, on a real socket, with endpoints of the test in place of modules.</summary>
internal sealed class EdgeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EdgeServer(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
        Client = NewClient();
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public static async Task<EdgeServer> StartAsync(
        Action<IEndpointRouteBuilder> map, string[]? args = null, Action<IServiceCollection>? add = null, LogLines? logs = null)
    {
        var problems = new List<string>();
        var arguments = CommandLine.Parse(args ?? [], problems);
        if (!arguments.Values.ContainsKey("Orrery:Urls"))
            arguments.Values["Orrery:Urls"] = "http://127.0.0.1:0";
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "Orrery.Server" });
        var settings = builder.AddSettings(arguments, problems);
        if (settings.Problems() is { Count: > 0 } found)
            throw new InvalidOperationException(string.Join('\n', found));
        if (logs is not null)
            builder.Logging.AddProvider(logs);
        builder.AddEdge(settings.Server);
        builder.AddHealth();
        builder.AddMetricsPage(settings.Server.Metrics);
        builder.AddOtlp(settings.Server.Otlp);
        add?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseEdge();
        app.UseRouting();
        app.MapHealth();
        app.MapMetrics();
        map(app);
        await app.StartAsync();
        return new EdgeServer(app, new Uri(app.Urls.First()));
    }

    /// <summary>A client that shows answers as they are on the wire.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AutomaticDecompression = DecompressionMethods.None,
        SslOptions = new() { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject is "CN=first" },
        UseProxy = false,
    })
    {
        BaseAddress = Address,
    };

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
