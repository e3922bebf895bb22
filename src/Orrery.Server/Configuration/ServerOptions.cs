namespace Orrery.Server;

/// <summary>What the server itself is told. Section <c>Orrery</c>; every key, flag, unit and range stands in README.md.</summary>
internal sealed class ServerOptions
{
    /// <summary>Addresses to listen on: <c>http://127.0.0.1:5000</c>, <c>https://localhost:5001</c>, <c>http://unix:/run/orrery.sock</c>. Port 0 takes a free one.</summary>
    public string[] Urls { get; set; } = ["http://127.0.0.1:5000"];

    /// <summary>Further addresses, which speak HTTP/2 alone and without TLS too, for gRPC: <c>http://127.0.0.1:8081</c>. Default none; https addresses of <see cref="Urls"/> speak it anyway.</summary>
    public string[] GrpcUrls { get; set; } = [];

    /// <summary>Folder of everything the server keeps in files. Made when missing. Default <c>data</c> under the working directory.</summary>
    public string DataDir { get; set; } = "data";

    /// <summary>Names that a <c>Host</c> header may carry beside the loopback names and the bound ones. <c>*.example.com</c> takes all below, <c>*</c> all.</summary>
    public string[] AllowedHosts { get; set; } = [];

    /// <summary>Origins whose browser pages may change things, beside the server's own: <c>https://portal.example.com</c>.</summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>How long requests under way may take to finish after SIGTERM, 0 s to 1 h. Default 30 s.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server goes on taking requests after SIGTERM while it already says "not ready", 0 s to 10 min. Default 0 s.</summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.Zero;

    /// <summary>Limits and compression.</summary>
    public HttpOptions Http { get; set; } = new();

    /// <summary>Certificate of the https addresses.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>What is logged and how.</summary>
    public LogOptions Log { get; set; } = new();

    /// <summary>The <c>/metrics</c> page.</summary>
    public MetricsOptions Metrics { get; set; } = new();

    /// <summary>Export of traces and metrics to an OpenTelemetry collector.</summary>
    public OtlpOptions Otlp { get; set; } = new();

    public IEnumerable<string> Problems()
    {
        if (Urls.Length == 0)
            yield return "Orrery:Urls is empty; give at least one address, such as http://127.0.0.1:5000.";
        if (string.IsNullOrWhiteSpace(DataDir))
            yield return "Orrery:DataDir is empty; name a folder.";
        foreach (var origin in AllowedOrigins.Where(origin => !IsOrigin(origin)))
            yield return $"Orrery:AllowedOrigins has '{origin}', which is not an origin such as https://portal.example.com (no path, no trailing slash).";
        if (ShutdownTimeout < TimeSpan.Zero || ShutdownTimeout > TimeSpan.FromHours(1))
            yield return $"Orrery:ShutdownTimeout is {ShutdownTimeout}; it must be 0 s to 1 h.";
        if (DrainDelay < TimeSpan.Zero || DrainDelay > TimeSpan.FromMinutes(10))
            yield return $"Orrery:DrainDelay is {DrainDelay}; it must be 0 s to 10 min.";
        foreach (var problem in Bindings.Problems(Urls, Tls).Concat(Bindings.Problems(GrpcUrls, Tls, "GrpcUrls")).Concat(Http.Problems()).Concat(Tls.Problems()).Concat(Metrics.Problems()).Concat(Otlp.Problems()))
            yield return problem;
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase);
}
