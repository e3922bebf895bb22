using System.Security.Cryptography;
using System.Text;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>A delivery at one of its stages: what the stage knows, says and keeps. All that it keeps is kept only while this server holds the job.</summary>
internal sealed class StageRun(Db db, JobContext job, DeliveryRow row, DeliverySettings settings, string stage, TimeProvider time)
{
    private const int LongestLine = 2000;
    private readonly List<string> _facts = [];

    public Actor Actor => job.Actor;

    public DeliverySettings Settings => settings;

    public DeliveryRow Row { get; private set; } = row;

    /// <summary>How often the stage was begun, this time too.</summary>
    public long Tries { get; init; } = 1;

    /// <summary>When it was begun first, Unix milliseconds.</summary>
    public long StartedAt { get; init; }

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>SHA-256 of the facts that the stage found; null for none.</summary>
    public string? Sha256 => _facts.Count == 0 ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _facts))));

    /// <summary>Notes what was found, for the stage's hash.</summary>
    public void Fact(string name, string? value) => _facts.Add($"{name}={value}");

    public ValueTask SayAsync(string text, CancellationToken cancel) => SayAsync("info", text, cancel);

    public ValueTask WarnAsync(string text, CancellationToken cancel) => SayAsync("warning", text, cancel);

    /// <summary>Writes a line to the log.</summary>
    public async ValueTask SayAsync(string level, string text, CancellationToken cancel)
    {
        job.Report((StageNames.All.ToList().IndexOf(stage) + 0.5) / StageNames.All.Count, text);
        await db.WriteAsync<Done>(async session =>
        {
            await StageStore.LogAsync(session, Actor.Workspace, Row.Id, stage, Now.ToUnixTimeMilliseconds(), level, Clip(text));
            return Done.Ok;
        }, cancel);
    }

    /// <summary>Keeps what is known now.</summary>
    /// <exception cref="LeaseLostException">Another server runs the delivery.</exception>
    public async ValueTask KeepAsync(Func<DeliveryRow, DeliveryRow> change, CancellationToken cancel, Func<DbSession, ValueTask>? also = null)
    {
        var kept = await db.WriteAsync<DeliveryRow>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            if (await DeliveryStore.LockAsync(session, Actor.Workspace, Row.Id) is not { } stored || stored.JobId != Row.JobId)
                return Failure.Conflict("storage.job_lease_lost", "Another job goes on with the delivery.");
            var next = change(stored);
            await DeliveryStore.UpdateAsync(session, Actor.Workspace, next);
            if (also is not null)
                await also(session);
            return next;
        }, cancel);
        Row = kept.Failed(out var failure, out var written) ? throw new LeaseLostException(failure) : written;
    }

    /// <summary>What the target is told.</summary>
    public ReleaseOrder Order(TargetSpec target, string? approval) => OrderOf(Row, target, approval);

    public static ReleaseOrder OrderOf(DeliveryRow row, TargetSpec target, string? approval) => new()
    {
        DeliveryId = row.Id,
        Target = target,
        Name = row.Name,
        Model = row.Spec.Model,
        Version = row.Spec.Version,
        ModelSha256 = row.Plan.ModelSha256,
        Replicas = row.Spec.Replicas,
        Percent = row.Spec.Steps is [var first, ..] ? first.Percent : 100,
        Approval = approval,
        RequestedBy = row.RequestedBy,
        Justification = row.Spec.Justification,
    };

    private static string Clip(string text) => text.Length > LongestLine ? text[..LongestLine] + "..." : text.Replace("\0", "", StringComparison.Ordinal);
}

/// <summary>Another server runs the delivery by now.</summary>
internal sealed class LeaseLostException(Failure failure) : Exception(failure.Message)
{
    public Failure Failure => failure;
}
