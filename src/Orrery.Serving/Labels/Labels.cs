using System.Globalization;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Taking labels. The same again changes nothing; another one replaces what was said before, which is kept.</summary>
internal sealed class Labels(Db db, AuditLog audit, TimeProvider time)
{
    // What PostgreSQL and SQLite both look up well in one go.
    private const int AtOnce = 1000;

    /// <summary>Takes labels, all or none, but for those with faults.</summary>
    public ValueTask<Result<LabelReceipt>> PutAsync(Actor actor, List<LabelRow> labels, List<LabelFault> faults, CancellationToken cancel) => db.WriteAsync<LabelReceipt>(async session =>
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var (added, replaced) = (0, 0);
        foreach (var part in labels.Chunk(AtOnce))
        {
            var known = (await LabelStore.FindAsync(session, actor.Workspace, [.. part.Select(static label => label.PredictionId).Distinct(StringComparer.Ordinal)]))
                .ToDictionary(static label => (label.PredictionId, label.Row));
            var changed = part.Where(label => known.TryGetValue((label.PredictionId, label.Row), out var before) && !Same(before, label)).ToList();
            var fresh = part.Where(label => !known.ContainsKey((label.PredictionId, label.Row))).ToList();
            await LabelStore.KeepAsync(session, actor.Workspace, changed, now);
            await LabelStore.PutAsync(session, actor.Workspace, [.. changed, .. fresh], actor.Name, now);
            (added, replaced) = (added + fresh.Count, replaced + changed.Count);
        }

        if (added + replaced > 0)
        {
            await audit.AppendAsync(session, actor, new AuditRecord("label.put", "prediction", labels[0].PredictionId)
            {
                Detail = string.Create(CultureInfo.InvariantCulture, $$"""{"added":{{added}},"replaced":{{replaced}}}"""),
            });
        }

        return new LabelReceipt { Added = added, Replaced = replaced, Unchanged = labels.Count - added - replaced, Faults = faults };
    }, cancel);

    // Sent again without a time it means the same.
    private static bool Same(LabelRow before, LabelRow label) => before.Label == label.Label && (label.At is null || label.At == before.At);
}
