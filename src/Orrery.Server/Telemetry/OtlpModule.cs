namespace Orrery.Server;

/// <summary>Traces and metrics to an OpenTelemetry collector, when one is configured.</summary>
internal static class OtlpModule
{
    public static void AddOtlp(this WebApplicationBuilder builder, OtlpOptions options)
    {
        if (options.IsSet)
            builder.Services.AddSingleton(options).AddHostedService<OtlpExport>();
    }
}
