using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Orrery.Server;

/// <summary>
/// Whether the server lives and whether it is ready. Modules add what readiness depends on with
/// <c>services.AddHealthChecks().AddCheck(...)</c>; a check that fails or takes too long makes the server not ready.
/// </summary>
internal static class HealthModule
{
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(5);

    public static void AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddCheck<NotStopping>(NotStopping.Name);
        builder.Services.AddHostedService<Drain>();
        builder.Services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations.Where(check => check.Timeout == Timeout.InfiniteTimeSpan))
                check.Timeout = LongestCheck;
        });
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health", () => TypedResults.Text("OK")).AllowAnonymous();
        app.MapGet("/health/live", () => TypedResults.Text("""{"status":"live"}""", "application/json")).AllowAnonymous();
        app.MapGet("/health/ready", ReadyAsync).AllowAnonymous();
    }

    private static async Task ReadyAsync(HttpContext context, HealthCheckService checks, ILogger<HealthCheckService> logger)
    {
        var report = await checks.CheckHealthAsync(context.RequestAborted);
        var ready = report.Status is not HealthStatus.Unhealthy;
        foreach (var (name, entry) in report.Entries)
        {
            if (entry.Status is HealthStatus.Unhealthy && name != NotStopping.Name)
                Log.CheckFailed(logger, entry.Exception, name, entry.Description);
        }

        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        Write(json, report, ready);
    }

    private static void Write(Utf8JsonWriter json, HealthReport report, bool ready)
    {
        json.WriteStartObject();
        json.WriteString("status"u8, ready ? "ready"u8 : "not ready"u8);
        json.WriteStartArray("checks"u8);
        foreach (var (name, entry) in report.Entries)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteBoolean("healthy"u8, entry.Status is not HealthStatus.Unhealthy);
            json.WriteNumber("seconds"u8, Math.Round(entry.Duration.TotalSeconds, 6));
            if (entry.Description is { } reason)
                json.WriteString("reason"u8, reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
