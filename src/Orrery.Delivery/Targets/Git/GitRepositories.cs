using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>The copies of repositories on this server; each is used by one operation at a time.</summary>
internal sealed class GitRepositories(GitProgram git, GitAddresses addresses, TargetSecrets secrets, TargetOptions options, TimeProvider time, string folder) : IDisposable
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

    /// <summary>How a repository is reached. <c>delivery.private_network</c>, <c>delivery.repository_unreachable</c>.</summary>
    internal async ValueTask<Result<GitAccess>> AccessAsync(Actor actor, string environment, GitSettings repository, CancellationToken cancel)
    {
        var url = new Uri(repository.Url);
        if (url.Scheme == "file")
        {
            return TargetOptions.IsIn(options.RepositoryFolders, url.LocalPath)
                ? new GitAccess(repository.Url, "file", "", null, null)
                : Failure.Invalid("delivery.invalid_target", "Repositories of this machine must lie in a folder of Orrery:Delivery:Targets:RepositoryFolders.");
        }

        if ((await addresses.OfAsync(url.Host, cancel)).Failed(out var refused, out var pinned))
            return refused;
        if (pinned.Length > 0 && url.Scheme == "https" && await git.OldProblemAsync(cancel) is { } old)
            return old;
        var token = (await secrets.OpenAsync(actor, environment, cancel)).GetValueOrDefault(TargetSecrets.Git);
        var header = token is null ? null : "Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{repository.Username}:{token}"));
        return url.Scheme == "ssh"
            ? new GitAccess(repository.Url, "ssh", "", null, Ssh(url, repository, pinned))
            : new GitAccess(repository.Url, url.Scheme, url.GetLeftPart(UriPartial.Authority) + "/", header, null)
            {
                Resolve = pinned.Length == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{url.Host}:{url.Port}:{string.Join(',', pinned.Select(static one => one.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{one}]" : one.ToString()))}"),
            };
    }

    // The host's key is known by its name still.
    private static string Ssh(Uri url, GitSettings repository, IPAddress[] pinned)
    {
        var known = url.Port is -1 or 22 ? url.Host : string.Create(CultureInfo.InvariantCulture, $"[{url.Host}]:{url.Port}");
        var where = pinned.Length == 0 ? "" : $" -o HostName={pinned[0]} -o 'HostKeyAlias={known}'";
        return $"ssh -F /dev/null -i {repository.SshKeyFile} -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile={repository.KnownHostsFile} -o ConnectTimeout=10{where}";
    }
}
