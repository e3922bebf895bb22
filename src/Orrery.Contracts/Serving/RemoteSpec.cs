using System.Security.Cryptography;
using System.Text;

namespace Orrery.Contracts;

/// <summary>An endpoint of KServe's V1 protocol or of the Open Inference Protocol (V2) that answers for a version: KServe, Triton, MLServer, an image of your own.</summary>
public sealed record RemoteSpec
{
    /// <summary>
    /// Address before <c>/v1</c> or <c>/v2</c>, such as <c>http://triton.ml.svc:8000</c>; http or https. Its host must be one of the server's setting
    /// <c>Orrery:Serving:Remote:Hosts</c>.
    /// </summary>
    public string Url { get => field ?? ""; init; }

    /// <summary><c>v1</c> or <c>v2</c>.</summary>
    public string Protocol { get => field ?? ""; init; }

    /// <summary>Name of the model there; absent for that of the registered model.</summary>
    public string? Model { get; init; }

    /// <summary>Version there, of V2; absent for the one that the endpoint chooses.</summary>
    public string? Version { get; init; }

    /// <summary>Longest time of one try, milliseconds, 1 to 3,600,000. Absent for 10,000.</summary>
    public int? TimeoutMs { get; init; }

    /// <summary>Further tries, 0 to 10, when the endpoint was not reached, did not answer in time, or said 429, 502, 503 or 504. Absent for 2.</summary>
    public int? Retries { get; init; }

    /// <summary>
    /// Headers of each call, and for each the name of the secret that is its value: <c>{"Authorization": "triton"}</c> sends what the server's setting
    /// <c>Orrery:Serving:Remote:Secrets:triton:Value</c> holds.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>
    /// SHA-256 of what answers there (address, protocol, model, version, and headers with the names of their secrets), lower-case hexadecimal: what an approval pins as
    /// <c>remote</c>. How long is waited and how often is tried again is not in it.
    /// </summary>
    public string Sha256()
    {
        var text = new StringBuilder($"{Url.TrimEnd('/')}\n{Protocol}\n{Model}\n{Version}");
        foreach (var (name, secret) in Sorted())
            text.Append('\n').Append(Uri.EscapeDataString(name)).Append(':').Append(Uri.EscapeDataString(secret));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>It in one line, for people: <c>http://triton:8000, v2, model churn, version 3, authorization by secret triton</c>.</summary>
    public string ToText() => string.Join(", ",
    [
        Url, Protocol, .. Model is null ? Array.Empty<string>() : [$"model {Model}"], .. Version is null ? Array.Empty<string>() : [$"version {Version}"],
        .. Sorted().Select(static header => $"{header.Name} by secret {header.Secret}"),
    ]);

    // Names of headers differ not by case.
    private IEnumerable<(string Name, string Secret)> Sorted() =>
        (Headers ?? new Dictionary<string, string>()).Select(static header => (Name: header.Key.ToLowerInvariant(), Secret: header.Value)).OrderBy(static header => header.Name, StringComparer.Ordinal).ThenBy(static header => header.Secret, StringComparer.Ordinal);
}
