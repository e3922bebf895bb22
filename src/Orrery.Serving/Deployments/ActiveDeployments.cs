using System.Collections.Concurrent;

namespace Orrery.Serving;

/// <summary>What answers on this server. Reading takes no lock.</summary>
internal sealed class ActiveDeployments
{
    private readonly ConcurrentDictionary<DeploymentKey, ActiveDeployment> _active = new();

    // Those that have never answered here, and why.
    private readonly ConcurrentDictionary<DeploymentKey, string> _notReady = new();

    private volatile bool _isKnown;

    /// <summary>Whether this server has looked what there is: before, nobody is told that there is no such deployment.</summary>
    public bool IsKnown
    {
        get => _isKnown;
        set => _isKnown = value;
    }

    /// <summary>What answers; null when nothing does, also while it is loaded first.</summary>
    public ActiveDeployment? Find(DeploymentKey key) => _active.GetValueOrDefault(key);

    /// <summary>All of them.</summary>
    public IEnumerable<ActiveDeployment> All => _active.Values;

    /// <summary>Why a deployment does not answer yet; null for one that is not there.</summary>
    public string? NotReady(DeploymentKey key) => _notReady.GetValueOrDefault(key);

    /// <summary>Those of an environment that do not answer yet, and why.</summary>
    public IEnumerable<(string Name, string Reason)> NotReadyOf(Kernel.WorkspaceId workspace, string environment) =>
        _notReady.Where(one => one.Key.Workspace == workspace && one.Key.Environment == environment).Select(static one => (one.Key.Name, one.Value));

    /// <summary>Says why a deployment does not answer yet.</summary>
    public void SetNotReady(DeploymentKey key, string reason)
    {
        if (!_active.ContainsKey(key))
            _notReady[key] = reason;
    }

    /// <summary>Names of an environment's, sorted.</summary>
    public IReadOnlyList<string> Names(Kernel.WorkspaceId workspace, string environment) =>
        [.. _active.Keys.Where(key => key.Workspace == workspace && key.Environment == environment).Select(static key => key.Name).Order(StringComparer.Ordinal)];

    /// <summary>Has a deployment answer from now on.</summary>
    /// <returns>What answered before; null for none.</returns>
    public ActiveDeployment? Put(ActiveDeployment next)
    {
        ActiveDeployment? before = null;
        _active.AddOrUpdate(next.Row.Key, next, (_, old) =>
        {
            before = old;
            return next;
        });
        _notReady.TryRemove(next.Row.Key, out _);
        return before;
    }

    /// <summary>Has another take the place of what answers, unless something else answers by now.</summary>
    /// <param name="seen">What is to answer no more.</param>
    /// <param name="next">What takes its place; null for nothing.</param>
    /// <returns>False when nothing was changed.</returns>
    public bool Replace(ActiveDeployment seen, ActiveDeployment? next) =>
        next is null ? _active.TryRemove(new(seen.Row.Key, seen)) : _active.TryUpdate(seen.Row.Key, next, seen);

    /// <summary>Has it answer no more.</summary>
    public ActiveDeployment? Remove(DeploymentKey key)
    {
        _notReady.TryRemove(key, out _);
        return _active.TryRemove(key, out var gone) ? gone : null;
    }
}
