using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Orrery.Server;

/// <summary>Sends what the process traces and measures from start to stop. What is left is flushed at the stop.</summary>
internal sealed class OtlpExport(OtlpOptions options) : IHostedService
{
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(5);
    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("orrery", serviceVersion: Product.Version, serviceInstanceId: Environment.MachineName);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.SampleRatio)))
            .AddSource("Microsoft.AspNetCore", "Orrery.*", "Npgsql")
            .AddOtlpExporter(exporter => Configure(exporter, "v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("Orrery.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql")
            .AddOtlpExporter((exporter, reader) =>
            {
                Configure(exporter, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Interval.TotalMilliseconds;
            })
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            _traces?.Shutdown((int)LongestFlush.TotalMilliseconds);
            _metrics?.Shutdown((int)LongestFlush.TotalMilliseconds);
            _traces?.Dispose();
            _metrics?.Dispose();
        },
        cancellationToken);

    // Over HTTP the endpoint is a base that each signal adds its path to; set in code, the exporter does not add it itself.
    private void Configure(OtlpExporterOptions exporter, string signal)
    {
        var endpoint = options.Endpoint.TrimEnd('/');
        exporter.Protocol = options.Protocol is OtlpWire.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri(options.Protocol is OtlpWire.Grpc ? endpoint : $"{endpoint}/{signal}");
        exporter.TimeoutMilliseconds = (int)options.Timeout.TotalMilliseconds;
        if (options.Headers.Length > 0)
            exporter.Headers = options.Headers;
    }
}
