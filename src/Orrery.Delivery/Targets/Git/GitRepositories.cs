using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>The copies of repositories on this server; each is used by one operation at a time.</summary>
internal sealed class GitRepositories(GitProgram git, TargetSecrets secrets, TargetOptions options, TimeProvider time, string folder) : IDisposable
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new(StringComparer.Ordinal);

    /// <summary>Does something with a target's repository, alone. <c>delivery.private_network</c>, and what it answers.</summary>
    public async ValueTask<Result<T>> UseAsync<T>(Actor actor, string environment, KserveSettings settings, Func<GitRepository, ValueTask<Result<T>>> use, CancellationToken cancel)
    {
        var repository = settings.Git!;
        if ((await AccessAsync(actor, environment, repository, cancel)).Failed(out var refused, out var access))
            return refused;
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{actor.Workspace}\n{environment}\n{repository.Url}")))[..32];
        var path = Path.Combine(folder, name + ".git");
        var alone = _locks.GetOrAdd(path, static _ => new(1, 1));
        await alone.WaitAsync(cancel);
        try
        {
            Directory.CreateDirectory(path);
            return await use(new(git, path, repository, access, time));
        }
        finally
        {
            alone.Release();
        }
    }

    public void Dispose()
    {
        foreach (var one in _locks.Values)
            one.Dispose();
    }

    private async ValueTask<Result<GitAccess>> AccessAsync(Actor actor, string environment, GitSettings repository, CancellationToken cancel)
    {
        var url = new Uri(repository.Url);
        if (url.Scheme == "file")
        {
            return TargetOptions.IsIn(options.RepositoryFolders, url.LocalPath)
                ? new GitAccess(repository.Url, "file", "", null, null)
                : Failure.Invalid("delivery.invalid_target", "Repositories of this machine must lie in a folder of Orrery:Delivery:Targets:RepositoryFolders.");
        }

        if (!options.AllowPrivateNetworks && await IsPrivateAsync(url.Host, cancel))
            return new Failure(FailureKind.Denied, "delivery.private_network", $"{url.Host} is not at a public address; repositories in private networks need Orrery:Delivery:Targets:AllowPrivateNetworks.");
        var token = (await secrets.OpenAsync(actor, environment, cancel)).GetValueOrDefault(TargetSecrets.Git);
        var header = token is null ? null : "Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{repository.Username}:{token}"));
        var ssh = url.Scheme == "ssh"
            ? $"ssh -F /dev/null -i {repository.SshKeyFile} -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile={repository.KnownHostsFile} -o ConnectTimeout=10"
            : null;
        return new GitAccess(repository.Url, url.Scheme, url.GetLeftPart(UriPartial.Authority) + "/", url.Scheme == "https" ? header : null, ssh);
    }

    private static async ValueTask<bool> IsPrivateAsync(string host, CancellationToken cancel)
    {
        try
        {
            var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancel);
            return !addresses.All(PublicAddresses.Contains);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // git says so better.
            return false;
        }
    }
}
