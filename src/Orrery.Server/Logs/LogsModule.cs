using Microsoft.Extensions.Logging.Console;

namespace Orrery.Server;

/// <summary>Logs go to standard output: JSON for machines, text for people.</summary>
internal static class LogsModule
{
    // Lines waiting for a slow terminal or pipe. Further ones are dropped and counted: a log must never hold up a request.
    private const int LongestQueue = 8192;

    public static void AddLogs(this WebApplicationBuilder builder, LogOptions options)
    {
        // What frameworks have to say at information level is a line or more for each request.
        var frameworks = options.Level > LogLevel.Warning ? options.Level : LogLevel.Warning;
        if (options.Level <= LogLevel.Debug)
            frameworks = options.Level + 1;

        builder.Logging
            .SetMinimumLevel(options.Level)
            .AddFilter("Microsoft", frameworks)
            .AddFilter("System", frameworks)
            // It reports a failed start with a stack; Start.cs does so in plain words.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            // While it may log, each request is an activity of its own, whether somebody traces or not. The edge logs what fails.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", options.Level <= LogLevel.Debug ? frameworks : LogLevel.None)
            .Configure(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId)
            .AddConsole(console =>
            {
                console.FormatterName = IsJson(options.Format) ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Simple;
                console.MaxQueueLength = LongestQueue;
                console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            });
        builder.Services.Configure<JsonConsoleFormatterOptions>(json =>
        {
            json.IncludeScopes = true;
            json.UseUtcTimestamp = true;
            json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
        builder.Services.Configure<SimpleConsoleFormatterOptions>(text =>
        {
            text.SingleLine = true;
            text.IncludeScopes = options.Level <= LogLevel.Debug;
            text.UseUtcTimestamp = true;
            text.TimestampFormat = "HH:mm:ss.fff ";
        });
    }

    private static bool IsJson(LogFormat format) =>
        format is LogFormat.Json || (format is LogFormat.Auto && Console.IsOutputRedirected);
}
