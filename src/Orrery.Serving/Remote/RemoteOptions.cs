namespace Orrery.Serving;

/// <summary>Settings of models that endpoints elsewhere answer for: section <c>Orrery:Serving:Remote</c>.</summary>
public sealed class RemoteOptions
{
    /// <summary>
    /// Hosts that deployments may name, each exact or <c>*.suffix</c>, with or without a port: <c>triton.ml.svc:8000</c>, <c>*.models.example.com</c>. None by
    /// default: nothing is called.
    /// </summary>
    public string[] Hosts { get; set; } = [];

    /// <summary>Values of headers, by the names that deployments call them by.</summary>
    public Dictionary<string, RemoteSecret> Secrets { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Connections to one endpoint, and requests at work there; more are refused with 503. Default 128.</summary>
    public int MaxConnections { get; set; } = 128;

    /// <summary>Longest time to connect, seconds. Default 5.</summary>
    public int ConnectSeconds { get; set; } = 5;

    /// <summary>Largest answer, MiB. Default 64.</summary>
    public int MaxAnswerMb { get; set; } = 64;

    /// <summary>Share of failed tries, percent, at which an endpoint is left alone for a while. Default 50.</summary>
    public int CircuitPercent { get; set; } = 50;

    /// <summary>Fewest tries in the window for that. Default 20.</summary>
    public int CircuitTries { get; set; } = 20;

    /// <summary>Time over which tries are counted, seconds. Default 10.</summary>
    public int CircuitWindowSeconds { get; set; } = 10;

    /// <summary>How long the endpoint is left alone before one request tries it again, seconds. Default 5.</summary>
    public int CircuitOpenSeconds { get; set; } = 5;

    internal IEnumerable<string> Problems()
    {
        foreach (var host in Hosts.Where(static host => RemoteHost.Parse(host) is null))
            yield return $"Remote:Hosts: '{host}' must be a host, or *.suffix, with or without a port: triton.ml.svc:8000.";
        foreach (var (name, secret) in Secrets)
        {
            if (!RemoteHeaders.IsValue(secret.Value))
                yield return $"Remote:Secrets:{name}:Value must be the value of a header: printable ASCII, up to 8,192 characters.";
            foreach (var host in secret.Hosts.Where(static host => RemoteHost.Parse(host) is null))
                yield return $"Remote:Secrets:{name}:Hosts: '{host}' must be a host, or *.suffix, with or without a port.";
        }

        if (MaxConnections is < 1 or > 10_000)
            yield return "Remote:MaxConnections must be 1 to 10,000.";
        if (ConnectSeconds is < 1 or > 300)
            yield return "Remote:ConnectSeconds must be 1 to 300.";
        if (MaxAnswerMb is < 1 or > 1024)
            yield return "Remote:MaxAnswerMb must be 1 to 1,024.";
        if (CircuitPercent is < 1 or > 100)
            yield return "Remote:CircuitPercent must be 1 to 100.";
        if (CircuitTries is < 1 or > 1_000_000)
            yield return "Remote:CircuitTries must be 1 to 1,000,000.";
        if (CircuitWindowSeconds is < 1 or > 3600)
            yield return "Remote:CircuitWindowSeconds must be 1 to 3,600.";
        if (CircuitOpenSeconds is < 1 or > 3600)
            yield return "Remote:CircuitOpenSeconds must be 1 to 3,600.";
    }
}
