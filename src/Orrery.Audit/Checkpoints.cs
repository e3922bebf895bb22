using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Signs what the chains are. Thread-safe; of two servers that sign the same state one's document stays.</summary>
internal sealed class Checkpoints(Db db, SigningKeys keys, AuditOptions options, AuditMetrics metrics, TimeProvider time)
{
    public static readonly Failure KeyEnded = Failure.Conflict("audit.key_ended", "The key was replaced while it signed; try again.");

    /// <summary>Signs chains that grew, when their last checkpoint is old enough, and days that ended.</summary>
    /// <param name="all">Also those whose last checkpoint is young.</param>
    /// <param name="cancel">Stops between documents.</param>
    public async Task SignDueAsync(bool all, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var before = all ? long.MaxValue : (now - options.CheckpointEvery).ToUnixTimeMilliseconds();
        var (ended, grown) = await db.ReadAsync(
            async session => (await ChainStore.ListDaysAsync(session), await ChainStore.ListDueAsync(session, before, now.ToUnixTimeMilliseconds())), cancel);
        if (ended.Count + grown.Count == 0)
            return;
        using var signer = await keys.CurrentAsync(cancel);
        foreach (var head in ended)
            await WriteAsync(signer, head, dayEnded: true, cancel);
        foreach (var head in grown)
            await WriteAsync(signer, head, dayEnded: false, cancel);
    }

    /// <summary>The document of a chain's end.</summary>
    public AuditCheckpoint Document(ChainHead head) => new()
    {
        Workspace = head.Tenant,
        Size = head.Seq,
        Head = Convert.ToHexStringLower(head.Hash),
        Day = DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)head.Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DayFirst = head.DayFirst,
        DayRoot = Convert.ToHexStringLower(new AuditTree(head.DaySize, head.Tree).Root),
        At = time.GetUtcNow().ToUnixTimeMilliseconds(),
        KeyId = "",
    };

    private async Task WriteAsync(Signer signer, ChainHead head, bool dayEnded, CancellationToken cancel)
    {
        var document = signer.Sign(Document(head));
        var written = await db.WriteAsync<Done>(async session =>
        {
            // Rotated meanwhile: it is signed with the new key the next time.
            if (!await SigningKeyStore.UseAsync(session, document.KeyId, document.At))
                return KeyEnded;
            await CheckpointStore.AddAsync(session, document);
            await ChainStore.CheckpointedAsync(session, head.Tenant, head.Seq, document.At);
            if (dayEnded)
                await ChainStore.DeleteDayAsync(session, head.Tenant, head.Seq);
            return Done.Ok;
        }, cancel);
        if (written.Succeeded)
            metrics.Signed();
    }
}
