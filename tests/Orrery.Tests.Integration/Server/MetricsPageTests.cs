using System.ComponentModel;
using System.Diagnostics;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class MetricsPageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promtool_accepts_the_metrics_of_a_server_at_work()
    {
        await using var server = await ServerProcess.StartAsync(cancel: Cancel);
        foreach (var path in new[] { "version", "nothing", "api/2.0/nothing", "metrics", "openapi/v1.json" })
        {
            using var answer = await server.Client.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        }

        using var page = await server.Client.GetAsync(new Uri("metrics", UriKind.Relative), Cancel);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        var text = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("http_requests_total{method=\"GET\",route=\"/version\",status=\"200\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE http_request_duration_seconds histogram\n", text, StringComparison.Ordinal);
        Assert.Contains("process_resident_memory_bytes ", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_collections_total{", text, StringComparison.Ordinal);
        Assert.Equal("", await CheckAsync(text));
    }

    [Fact]
    public async Task OpenMetrics_is_given_to_who_asks_for_it()
    {
        await using var server = await EdgeServer.StartAsync(_ => { });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        using var page = await server.Client.SendAsync(request, Cancel);
        Assert.Equal("application/openmetrics-text", page.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("# EOF\n", await page.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    /// <summary>What promtool has against it; empty when nothing.</summary>
    private static async Task<string> CheckAsync(string metrics)
    {
        Process? started;
        try
        {
            started = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
        }
        catch (Win32Exception)
        {
            const string reason = "promtool is not installed: it comes with Debian's package prometheus.";
            Assert.SkipWhen(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), reason);
            throw new InvalidOperationException(reason);
        }

        using var promtool = started!;
        var output = promtool.StandardOutput.ReadToEndAsync(Cancel);
        var errors = promtool.StandardError.ReadToEndAsync(Cancel);
        await promtool.StandardInput.WriteAsync(metrics.AsMemory(), Cancel);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync(Cancel);
        return promtool.ExitCode == 0 ? "" : $"{promtool.ExitCode}: {await output}{await errors}";
    }
}
