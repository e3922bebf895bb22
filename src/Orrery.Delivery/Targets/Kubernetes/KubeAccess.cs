using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Delivery;

/// <summary>How a cluster's API is reached.</summary>
/// <param name="Server">Address.</param>
/// <param name="Ca">Certificates that are trusted, PEM; null for the machine's.</param>
/// <param name="Token">Bearer token; null for none.</param>
/// <param name="Certificate">The client's, PEM; null for none.</param>
/// <param name="Key">Of the certificate, PEM.</param>
internal sealed record KubeAccess(Uri Server, string? Ca, string? Token, string? Certificate, string? Key)
{
    private const string Pod = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const int MostBytes = 1 << 20;

    /// <summary>By a target's settings; <c>delivery.invalid_kubeconfig</c>.</summary>
    public static async ValueTask<Result<KubeAccess>> ReadAsync(KubernetesSettings settings, string? secret, CancellationToken cancel)
    {
        try
        {
            var token = settings.TokenFile is { } tokenFile ? (await TextAsync(tokenFile, cancel)).Trim() : secret;
            if (settings.InCluster)
                return new KubeAccess(new("https://kubernetes.default.svc"), await TextAsync(Pod + "/ca.crt", cancel), token ?? (await TextAsync(Pod + "/token", cancel)).Trim(), null, null);
            if (settings.Server is { } server)
                return new KubeAccess(new(server), settings.Ca, token, null, null);
            var config = settings.KubeconfigFile!;
            return Config(await TextAsync(config, cancel), settings.Context, Path.GetDirectoryName(config)!).Failed(out var wrong, out var read) ? wrong : read with { Token = token ?? read.Token };
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            return Invalid($"a file of it cannot be read: {broken.Message}");
        }
    }

    /// <summary>Of a kubeconfig. Programs that it would run for credentials are not run.</summary>
    public static Result<KubeAccess> Config(string text, string? context, string folder)
    {
        if (UntrustedYaml.Read(text).Failed(out var wrong, out var root))
            return Invalid(wrong.Message);
        context ??= (string?)root?["current-context"];
        if (Named(root?["contexts"], context)?["context"] is not JsonObject chosen)
            return Invalid($"it has no context '{context}'");
        var cluster = Named(root?["clusters"], (string?)chosen["cluster"])?["cluster"];
        var user = Named(root?["users"], (string?)chosen["user"])?["user"];
        if (!Uri.TryCreate((string?)cluster?["server"], UriKind.Absolute, out var server) || (server.Scheme != "https" && !server.IsLoopback))
            return Invalid("its cluster has no https server");
        if ((bool?)cluster?["insecure-skip-tls-verify"] is true)
            return Invalid("insecure-skip-tls-verify is not taken; give the cluster's certificate authority");
        if (user?["exec"] is not null || user?["auth-provider"] is not null)
            return Invalid("its user gets credentials from a program, which is not run; give a token or a certificate");
        return new KubeAccess(
            server,
            Data(cluster, "certificate-authority", folder),
            (string?)user?["token"] ?? Plain(user, "tokenFile", folder)?.Trim(),
            Data(user, "client-certificate", folder),
            Data(user, "client-key", folder));
    }

    /// <summary>The client's certificate with its key; null for none.</summary>
    public X509Certificate2? ClientCertificate()
    {
        if (Certificate is null || Key is null)
            return null;
        using var made = X509Certificate2.CreateFromPem(Certificate, Key);
        // Keys that live in memory alone are not taken by every platform's TLS.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>What clients may be shared by.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Server}\n{Ca}\n{Certificate}\n{Key}")));

    private static JsonNode? Named(JsonNode? list, string? name) => (list as JsonArray)?.FirstOrDefault(one => (string?)one?["name"] == name);

    private static string? Data(JsonNode? node, string field, string folder) =>
        (string?)node?[field + "-data"] is { } data ? Encoding.UTF8.GetString(Convert.FromBase64String(data)) : Plain(node, field, folder);

    // Files that the kubeconfig names lie beside it.
    private static string? Plain(JsonNode? node, string field, string folder)
    {
        if ((string?)node?[field] is not { } named)
            return null;
        var path = Path.GetFullPath(named, folder);
        return path.StartsWith(Path.GetFullPath(folder) + "/", StringComparison.Ordinal) ? File.ReadAllText(path) : throw new IOException($"{field} is not in the kubeconfig's folder");
    }

    private static async Task<string> TextAsync(string file, CancellationToken cancel) =>
        new FileInfo(file).Length <= MostBytes ? await File.ReadAllTextAsync(file, cancel) : throw new IOException($"{file} is larger than {MostBytes >> 20} MiB");

    private static Failure Invalid(string why) => Failure.Invalid("delivery.invalid_kubeconfig", $"The cluster's settings cannot be used: {why}.");
}
