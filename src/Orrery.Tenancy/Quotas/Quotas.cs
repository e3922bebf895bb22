using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Limits on what a workspace may use. Where none is set nothing is counted. A reservation is checked in the caller's transaction under a lock
/// of the limit, so that however many ask at once the limit holds. Thread-safe.
/// </summary>
public sealed class Quotas
{
    private readonly ConcurrentDictionary<(long, string), string> _warnings = new();
    private readonly Db _db;
    private readonly QuotaLimits _limits;
    private readonly StorageQuota _storage;
    private readonly AccessEpoch _epoch;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;
    private readonly QuotaRefusals? _refusals;

    internal Quotas(Db db, QuotaLimits limits, StorageQuota storage, AccessEpoch epoch, AuditLog audit, TimeProvider time, QuotaRefusals? refusals = null)
    {
        _refusals = refusals;
        _db = db;
        _limits = limits;
        _storage = storage;
        _epoch = epoch;
        _audit = audit;
        _time = time;
    }

    /// <summary>Counts a run that is being started, in its transaction.</summary>
    /// <returns><c>tenancy.quota_exceeded</c>.</returns>
    public async ValueTask<Result<Done>> CountRunAsync(DbSession session, Actor actor)
    {
        const string Kind = QuotaKinds.RunsPerDay;
        if (!_limits.MayLimit(actor.Workspace, Kind) || await QuotaStore.LockAsync(session, actor.Workspace, Kind) is not { } quota)
            return Done.Ok;
        var day = BillingMonth.DayOf(_time.GetUtcNow());
        var used = await QuotaStore.DayAsync(session, actor.Workspace, Kind, day);
        if (quota.Refuse(actor, used, requested: 1) is { } full)
            return Refused(actor, Kind, full);
        await QuotaStore.CountDayAsync(session, actor.Workspace, Kind, day);
        Remember(actor, quota, used + 1);
        return Done.Ok;
    }

    /// <summary>Reserves in the caller's transaction; a holder that has some already has the new amount instead.</summary>
    /// <param name="session">The caller's transaction.</param>
    /// <param name="actor">Whose workspace.</param>
    /// <param name="kind">Pipeline steps, cores, memory, GPUs, deployments or replicas.</param>
    /// <param name="holder">What holds it, 1 to 200 characters: a step's or a deployment's id.</param>
    /// <param name="amount">How much, at least 1.</param>
    /// <param name="lease">Given back after this time unless renewed, so that a crash gives it back.</param>
    /// <returns><c>tenancy.quota_exceeded</c>.</returns>
    public async ValueTask<Result<Done>> ReserveAsync(DbSession session, Actor actor, string kind, string holder, long amount, TimeSpan lease)
    {
        if (!QuotaKinds.IsReserved(kind))
            throw new ArgumentException($"'{kind}' is not reserved.", nameof(kind));
        ArgumentException.ThrowIfNullOrEmpty(holder);
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        if (!_limits.MayLimit(actor.Workspace, kind) || await QuotaStore.LockAsync(session, actor.Workspace, kind) is not { } quota)
            return Done.Ok;
        var now = _time.GetUtcNow();
        var used = await QuotaStore.ReservedAsync(session, actor.Workspace, kind, holder, now.ToUnixTimeMilliseconds());
        if (quota.Refuse(actor, used, amount) is { } full)
            return Refused(actor, kind, full);
        await QuotaStore.ReserveAsync(
            session, actor.Workspace, kind, holder, amount, (now + lease).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());
        Remember(actor, quota, used + amount);
        return Done.Ok;
    }

    /// <summary>Keeps a reservation for another lease.</summary>
    /// <returns>False when it is gone: it expired, or there was no limit when it was asked for.</returns>
    public ValueTask<bool> RenewAsync(DbSession session, Actor actor, string kind, string holder, TimeSpan lease)
    {
        var now = _time.GetUtcNow();
        return QuotaStore.RenewAsync(session, actor.Workspace, kind, holder, (now + lease).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());
    }

    /// <summary>Gives a reservation back; nothing happens when there is none.</summary>
    public ValueTask ReleaseAsync(DbSession session, Actor actor, string kind, string holder)
    {
        _warnings.TryRemove((actor.Workspace.Value, kind), out _);
        return QuotaStore.ReleaseAsync(session, actor.Workspace, kind, holder);
    }

    /// <summary>What to warn of since the last use of a kind; null below its soft limit.</summary>
    public string? Warning(WorkspaceId workspace, string kind) =>
        kind == QuotaKinds.StorageBytes ? _storage.Warning(workspace) : _warnings.GetValueOrDefault((workspace.Value, kind));

    /// <summary>Every kind with its limits and what is used.</summary>
    internal async ValueTask<QuotaList> ListAsync(Actor actor, CancellationToken cancel)
    {
        var stored = await _storage.UsedAsync(actor.Workspace, cancel);
        return await _db.ReadAsync(async session =>
        {
            var limits = (await QuotaStore.ListAsync(session, actor.Workspace)).ToDictionary(static quota => quota.Kind);
            var list = new List<QuotaStatus>();
            foreach (var kind in QuotaKinds.All)
            {
                var quota = limits.GetValueOrDefault(kind);
                list.Add(Status(kind, quota, kind == QuotaKinds.StorageBytes ? stored : quota is null ? null : await UsedAsync(session, actor, kind)));
            }

            return new QuotaList { Quotas = list };
        }, cancel);
    }

    /// <summary>Sets a kind's limits, or without any removes them.</summary>
    /// <returns><c>tenancy.unknown_quota</c>, <c>tenancy.invalid_quota</c>.</returns>
    internal async ValueTask<Result<QuotaStatus>> SetAsync(Actor actor, string kind, SetQuota asked, CancellationToken cancel)
    {
        if (!QuotaKinds.All.Contains(kind))
            return Failure.NotFound("tenancy.unknown_quota", $"There is no quota '{(kind.Length > 80 ? kind[..80] : kind)}': {string.Join(", ", QuotaKinds.All)}.");
        if (Fault(kind, asked) is { } wrong)
            return Failure.Invalid("tenancy.invalid_quota", wrong);
        var quota = new Quota(kind, asked.Soft, asked.Hard, asked.Contact ?? "");
        var removed = quota is { Soft: null, Hard: null };
        var done = await _db.WriteAsync<Done>(async session =>
        {
            var before = await QuotaStore.LockAsync(session, actor.Workspace, kind);
            if (removed)
                await QuotaStore.DeleteAsync(session, actor.Workspace, kind);
            else
                await QuotaStore.PutAsync(session, actor.Workspace, quota, actor.Name, _time.GetUtcNow().ToUnixTimeMilliseconds());
            await AccessEpoch.RaiseAsync(session);
            await _audit.AppendAsync(session, actor, new(removed ? "quota.remove" : "quota.set", "quota", kind)
            {
                Before = before is null ? null : Hash(before),
                After = removed ? null : Hash(quota),
            });
            return Done.Ok;
        }, cancel);
        if (done.Failure is { } failed)
            return failed;
        await _limits.LoadAsync(cancel);
        await _epoch.LookAsync(cancel);
        _warnings.TryRemove((actor.Workspace.Value, kind), out _);
        return (await ListAsync(actor, cancel)).Quotas.Single(status => status.Kind == kind);
    }

    private static string? Fault(string kind, SetQuota asked) => asked switch
    {
        { Soft: < 0 } or { Hard: < 0 } => "A limit cannot be negative.",
        { Soft: { } soft, Hard: { } hard } when soft > hard => $"The soft limit {soft} lies above the hard limit {hard}.",
        { Soft: not null } when kind == QuotaKinds.RequestsPerSecond => $"{kind} has a hard limit only.",
        { Hard: < 1 or > 1_000_000 } when kind == QuotaKinds.RequestsPerSecond => $"{kind} must be 1 to 1000000.",
        { Contact.Length: > 200 } => $"The contact has {asked.Contact!.Length} characters; 200 are the most.",
        { Contact: { } contact } when contact.Any(char.IsControl) => "The contact has control characters.",
        _ => null,
    };

    private static QuotaStatus Status(string kind, Quota? quota, long? used) => new()
    {
        Kind = kind,
        Used = used,
        Soft = quota?.Soft,
        Hard = quota?.Hard,
        Remaining = quota?.Hard is { } hard && used is { } count ? Math.Max(0, hard - count) : null,
        Contact = string.IsNullOrEmpty(quota?.Contact) ? null : quota.Contact,
    };

    private static byte[] Hash(Quota quota) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{quota.Kind}\n{quota.Soft}\n{quota.Hard}\n{quota.Contact}")));

    private async ValueTask<long?> UsedAsync(DbSession session, Actor actor, string kind)
    {
        var now = _time.GetUtcNow();
        if (kind == QuotaKinds.RunsPerDay)
            return await QuotaStore.DayAsync(session, actor.Workspace, kind, BillingMonth.DayOf(now));
        return QuotaKinds.IsReserved(kind) ? await QuotaStore.ReservedAsync(session, actor.Workspace, kind, except: "", now.ToUnixTimeMilliseconds()) : null;
    }

    private Failure Refused(Actor actor, string kind, Failure full)
    {
        _refusals?.Note(actor, kind);
        return full;
    }

    private void Remember(Actor actor, Quota quota, long used)
    {
        if (quota.Warn(used) is { } warning)
            _warnings[(actor.Workspace.Value, quota.Kind)] = warning;
        else
            _warnings.TryRemove((actor.Workspace.Value, quota.Kind), out _);
    }
}
