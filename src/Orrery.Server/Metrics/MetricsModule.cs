using System.Buffers;

namespace Orrery.Server;

/// <summary><c>/metrics</c> for Prometheus.</summary>
internal static class MetricsModule
{
    public static void AddMetricsPage(this WebApplicationBuilder builder, MetricsOptions options)
    {
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<MetricsListener>();
        builder.Services.AddSingleton<ProcessMetrics>();
    }

    public static void MapMetrics(this WebApplication app)
    {
        // Made now, not at the first scrape: it must have seen everything since the start.
        _ = app.Services.GetRequiredService<ProcessMetrics>();
        var listener = app.Services.GetRequiredService<MetricsListener>();
        app.MapGet("/metrics", (HttpContext context) => AnswerAsync(context, listener)).AllowAnonymous();
    }

    private static async Task AnswerAsync(HttpContext context, MetricsListener listener)
    {
        var openMetrics = context.Request.Headers.Accept.ToString().Contains("application/openmetrics-text", StringComparison.OrdinalIgnoreCase);
        var page = new ArrayBufferWriter<byte>(64 * 1024);
        new PrometheusText(page, openMetrics).Write(listener.Snapshot());
        context.Response.ContentType = openMetrics ? PrometheusText.OpenMetricsContentType : PrometheusText.ContentType;
        context.Response.ContentLength = page.WrittenCount;
        await context.Response.Body.WriteAsync(page.WrittenMemory, context.RequestAborted);
    }
}
