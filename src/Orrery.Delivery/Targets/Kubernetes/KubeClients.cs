using System.Collections.Concurrent;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Clients of clusters, shared by those who are reached the same way.</summary>
internal sealed class KubeClients(TargetSecrets secrets, TargetOptions options, TimeProvider time) : IDisposable
{
    private const int Most = 64;
    private readonly ConcurrentDictionary<string, KubeClient> _clients = new(StringComparer.Ordinal);

    /// <summary>The client of a target's cluster.</summary>
    public async ValueTask<Result<KubeClient>> OfAsync(Actor actor, string environment, KserveSettings settings, CancellationToken cancel)
    {
        var secret = (await secrets.OpenAsync(actor, environment, cancel)).GetValueOrDefault(TargetSecrets.Cluster);
        if ((await KubeAccess.ReadAsync(settings.Kubernetes!, secret, cancel)).Failed(out var wrong, out var access))
            return wrong;
        if (_clients.Count > Most)
            Clear();
        // Tokens change while the server runs; a client belongs to one.
        var key = $"{access.Fingerprint()}/{access.Token?.GetHashCode(StringComparison.Ordinal)}";
        try
        {
            return _clients.GetOrAdd(key, _ => new(access, options, time));
        }
        catch (System.Security.Cryptography.CryptographicException broken)
        {
            return Failure.Invalid("delivery.invalid_kubeconfig", $"A certificate of the cluster's settings cannot be used: {broken.Message}");
        }
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        foreach (var key in _clients.Keys)
        {
            if (_clients.TryRemove(key, out var client))
                client.Dispose();
        }
    }
}
