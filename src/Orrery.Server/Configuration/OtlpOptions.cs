namespace Orrery.Server;

/// <summary>How the collector is spoken to.</summary>
internal enum OtlpWire
{
    /// <summary>Protobuf over HTTP, usually port 4318.</summary>
    Http,

    /// <summary>gRPC, usually port 4317.</summary>
    Grpc,
}

/// <summary>Export of traces and metrics to an OpenTelemetry collector. Section <c>Orrery:Otlp</c>. Off without an endpoint.</summary>
internal sealed class OtlpOptions
{
    /// <summary>Where the collector listens: <c>http://127.0.0.1:4318</c>. Empty: nothing is exported.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>How the collector is spoken to. Default <see cref="OtlpWire.Http"/>.</summary>
    public OtlpWire Protocol { get; set; } = OtlpWire.Http;

    /// <summary>Headers sent along, <c>name=value,name=value</c>. Often a secret: give <c>HeadersFile</c>.</summary>
    public string Headers { get; set; } = "";

    /// <summary>Share of traces kept, 0 to 1, where the caller has not decided. Default 1.</summary>
    public double SampleRatio { get; set; } = 1;

    /// <summary>Time between two exports of metrics, 1 s to 1 h. Default 60 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one export may take, 1 s to 1 min. Default 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    public bool IsSet => Endpoint.Length > 0;

    public IEnumerable<string> Problems()
    {
        if (IsSet && !(Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")))
            yield return $"Orrery:Otlp:Endpoint is '{Endpoint}'; it must be an address such as http://127.0.0.1:4318.";
        if (SampleRatio is not (>= 0 and <= 1))
            yield return $"Orrery:Otlp:SampleRatio is {SampleRatio}; it must be 0 to 1.";
        if (Interval < TimeSpan.FromSeconds(1) || Interval > TimeSpan.FromHours(1))
            yield return $"Orrery:Otlp:Interval is {Interval}; it must be 1 s to 1 h.";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(1))
            yield return $"Orrery:Otlp:Timeout is {Timeout}; it must be 1 s to 1 min.";
    }
}
