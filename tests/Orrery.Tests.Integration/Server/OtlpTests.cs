using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class OtlpTests
{
    [Fact]
    public async Task Traces_and_metrics_reach_a_collector_with_the_secret_header()
    {
        var cancel = TestContext.Current.CancellationToken;
        var received = new ConcurrentDictionary<string, (string Token, string Body)>();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        await using var collector = builder.Build();
        collector.MapPost("/v1/{signal}", async (string signal, HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, cancel);
            Assert.Equal("application/x-protobuf", context.Request.ContentType);
            // Protobuf keeps names as they are: enough to see what arrived.
            received.AddOrUpdate(
                signal,
                _ => (context.Request.Headers["x-token"].ToString(), Encoding.Latin1.GetString(body.ToArray())),
                (_, before) => (before.Token, before.Body + Encoding.Latin1.GetString(body.ToArray())));
        });
        await collector.StartAsync(cancel);

        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, "x-token=hunter2\n", cancel);
        try
        {
            await using var server = await ServerProcess.StartAsync(
                ["--otlp-endpoint", collector.Urls.First()], new Dictionary<string, string> { ["Orrery__Otlp__HeadersFile"] = secret }, cancel: cancel);
            using var answer = await server.Client.GetAsync(new Uri("api/v1/version", UriKind.Relative), cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(200, (await server.Client.PostAsync("registered-models/create", new { name = "m" }, cancel)).Status);
            Assert.Equal(200, (await server.Client.PostAsync("model-versions/create", new { name = "m", source = "mlflow-artifacts:/0/r/artifacts/m" }, cancel)).Status);
            await Eventually.HoldsAsync("the job of the version has ended", async () =>
                (await server.Client.GetAnswerAsync("metrics", cancel)).Body.Contains("orrery_storage_jobs_duration_seconds_count{", StringComparison.Ordinal));
            Assert.Equal(0, await server.TerminateAsync(cancel));
            Assert.DoesNotContain("hunter2", server.StandardOutput + server.StandardError, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(secret);
        }

        Assert.Equal("hunter2", received["traces"].Token);
        Assert.Contains("orrery", received["traces"].Body, StringComparison.Ordinal);
        Assert.Contains("/api/v1/version", received["traces"].Body, StringComparison.Ordinal);
        Assert.Contains("Orrery.Storage", received["traces"].Body, StringComparison.Ordinal);
        Assert.Contains("deliver version.registered", received["traces"].Body, StringComparison.Ordinal);
        Assert.Contains("job registry.", received["traces"].Body, StringComparison.Ordinal);
        Assert.Equal("hunter2", received["metrics"].Token);
        Assert.Contains("orrery.storage.jobs.duration", received["metrics"].Body, StringComparison.Ordinal);
        Assert.Contains("orrery.storage.outbox.lag", received["metrics"].Body, StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", received["metrics"].Body, StringComparison.Ordinal);
        Assert.Contains("dotnet.gc.collections", received["metrics"].Body, StringComparison.Ordinal);
    }
}
