using System.Collections.Concurrent;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Workspaces. What was found is remembered until something changes anywhere, a minute at most; thread-safe.</summary>
public sealed class Workspaces
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan LongestMemory = TimeSpan.FromMinutes(1);
    private readonly Remembered<Workspace> _known;
    private readonly Remembered<string> _missing;
    private readonly ConcurrentDictionary<long, string> _names = new();
    private readonly Db _db;
    private readonly IReadOnlyList<IWorkspaceSetup> _setups;
    private readonly AccessEpoch _epoch;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    internal Workspaces(Db db, IEnumerable<IWorkspaceSetup> setups, AccessEpoch epoch, AuditLog audit, TimeProvider time)
    {
        _db = db;
        _setups = [.. setups];
        _epoch = epoch;
        _audit = audit;
        _time = time;
        _known = new(time, LongestMemory, MostRemembered, epoch);
        _missing = new(time, LongestMemory, MostRemembered, epoch);
        epoch.Changed += _known.Forget;
        epoch.Changed += _missing.Forget;
    }

    /// <summary>All workspaces, by number.</summary>
    public ValueTask<List<(WorkspaceId Id, string Name)>> ListAsync(CancellationToken cancel) => _db.ReadAsync(WorkspaceStore.AllAsync, cancel);

    /// <summary>The same answer for a workspace that does not exist and for one in which the caller has nothing.</summary>
    internal static Failure NotFound(string name) => Failure.NotFound(
        "tenancy.workspace_not_found", $"There is no workspace '{(name.Length > 80 ? name[..80] + "..." : name)}', or you have no role in it.");

    /// <summary>The workspace a request acts in.</summary>
    /// <param name="caller">On a server without identity, a name used for the first time makes its workspace: the server is one person's.</param>
    /// <param name="name">What the request names; null: the token's, else <c>default</c>.</param>
    /// <param name="cancel">Abandons it.</param>
    /// <returns>A failure <c>tenancy.invalid_workspace</c> or <c>tenancy.workspace_not_found</c>.</returns>
    internal async ValueTask<Result<Workspace>> FindForAsync(Caller caller, string? name, CancellationToken cancel)
    {
        name ??= await DefaultOfAsync(caller, cancel);
        if (_known.Find(name) is { } known)
            return known;
        if (!WorkspaceName.IsValid(name))
            return Invalid(name);
        var mayMake = caller.IsLocalAdmin || name == WorkspaceName.Default;
        // Remembered too, so that the time does not tell one that does not exist from one that the caller has nothing in.
        if (!mayMake && _missing.Find(name) is not null)
            return NotFound(name);
        var (generation, before) = (_known.Generation, _missing.Generation);
        Workspace? found;
        try
        {
            found = await _db.ReadAsync(session => WorkspaceStore.FindAsync(session, name), cancel);
        }
        catch (DatabaseUnavailableException) when (_known.FindOlder(name) is { } last)
        {
            return last;
        }

        if (found is null && !mayMake)
        {
            _missing.Keep(name, name, before);
            return NotFound(name);
        }

        if (found is null && (await EnsureAsync(name, cancel)).Failed(out var refused, out found))
            return refused;
        _known.Keep(name, found, generation);
        return found;
    }

    /// <summary>A workspace by name; <c>tenancy.workspace_not_found</c>.</summary>
    internal async ValueTask<Result<Workspace>> GetAsync(string name, CancellationToken cancel) =>
        await _db.ReadAsync(session => WorkspaceStore.FindAsync(session, name), cancel) is { } found ? found : NotFound(name);

    /// <summary>One page, by name: all of them, or those in which one of the subjects has something, and which their token is good for.</summary>
    internal async ValueTask<Page<Workspace>> ListAsync(
        IReadOnlyCollection<string>? subjects, long? only, string after, int limit, CancellationToken cancel)
    {
        var now = Now();
        var found = await _db.ReadAsync(
            session => subjects is null
                ? WorkspaceStore.ListAsync(session, after, limit + 1)
                : WorkspaceStore.ListOfAsync(session, subjects, only ?? 0, after, now, limit + 1),
            cancel);
        return Listings.Cut(found, limit, static last => PageToken.Encode(last.Name));
    }

    /// <summary>Makes a workspace; <c>tenancy.invalid_workspace</c>, <c>tenancy.workspace_exists</c>.</summary>
    internal async ValueTask<Result<Workspace>> CreateAsync(Actor actor, Workspace wanted, CancellationToken cancel)
    {
        if (!WorkspaceName.IsValid(wanted.Name))
            return Invalid(wanted.Name);
        var made = await MakeAsync(actor, wanted, mayExist: false, cancel);
        await _epoch.LookAsync(cancel);
        return made;
    }

    /// <summary>Changes what a workspace says of itself; <c>tenancy.workspace_changed</c> when it was changed since it was read.</summary>
    internal async ValueTask<Result<Workspace>> UpdateAsync(Actor actor, Workspace changed, CancellationToken cancel)
    {
        var updated = await _db.WriteAsync<Workspace>(async session =>
        {
            var before = await WorkspaceStore.FindAsync(session, changed.Name);
            if (before is null || !await WorkspaceStore.UpdateAsync(session, changed))
                return Failure.Conflict("tenancy.workspace_changed", $"The workspace '{changed.Name}' was changed by somebody else since version {changed.Version}. Read it again.");
            await _audit.AppendAsync(session, actor, TenancyRecords.WorkspaceUpdated(before, changed));
            await AccessEpoch.RaiseAsync(session);
            return changed with { Version = changed.Version + 1 };
        }, cancel);
        await _epoch.LookAsync(cancel);
        return updated;
    }

    internal static Failure Arriving(string name) =>
        Failure.Conflict("tenancy.workspace_importing", $"The workspace '{name}' is being imported; it is there when the import has ended.");

    internal static Failure Invalid(string name) => Failure.Invalid(
        "tenancy.invalid_workspace",
        $"'{(name.Length > 80 ? name[..80] + "..." : name)}' cannot be a workspace: 1 to 63 lower-case letters, digits and inner dashes.");

    private async ValueTask<string> DefaultOfAsync(Caller caller, CancellationToken cancel)
    {
        if (caller.Token?.Workspace is not { } home)
            return WorkspaceName.Default;
        if (_names.TryGetValue(home, out var name))
            return name;
        foreach (var (id, found) in await ListAsync(cancel))
            _names[id.Value] = found;
        return _names.GetValueOrDefault(home, WorkspaceName.Default);
    }

    private ValueTask<Result<Workspace>> EnsureAsync(string name, CancellationToken cancel) =>
        MakeAsync(Actor.System(WorkspaceId.Platform, "platform"), new Workspace { Id = default, Name = name }, mayExist: true, cancel);

    // Two servers making one at once both get the same; one that takes the number for another name in this moment makes us take the next.
    private async ValueTask<Result<Workspace>> MakeAsync(Actor actor, Workspace wanted, bool mayExist, CancellationToken cancel)
    {
        for (; ; )
        {
            var made = await _db.WriteAsync<Workspace?>(async session =>
            {
                if (await WorkspaceStore.FindAsync(session, wanted.Name) is { } known)
                {
                    return mayExist
                        ? known
                        : Failure.AlreadyExists("tenancy.workspace_exists", $"There is a workspace '{wanted.Name}' already.");
                }

                if (await WorkspaceStore.IsArrivingAsync(session, wanted.Name))
                    return Arriving(wanted.Name);
                if (!await WorkspaceStore.InsertAsync(session, wanted with { CreatedAt = Now() }))
                    return default(Workspace);
                var found = (await WorkspaceStore.FindAsync(session, wanted.Name))!;
                foreach (var setup in _setups)
                    await setup.SetUpAsync(session, found.Id, cancel);
                await _audit.AppendAsync(session, actor, TenancyRecords.WorkspaceCreated(found));
                await AccessEpoch.RaiseAsync(session);
                return found;
            }, cancel);
            if (made.Failed(out var refused, out var workspace))
                return refused;
            if (workspace is not null)
                return workspace;
        }
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
