using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Finds what a deployment of this installation goes back to by itself.</summary>
internal sealed class LocalHistory(Releases releases, Db db)
{
    private const int Looked = 200;

    /// <summary>
    /// The revision that answered before a delivery, by whatever road it came, unless it gives traffic to a version that was taken back from there; else that of the newest delivery
    /// before, whose version was not. Null where there is none.
    /// </summary>
    /// <returns>The revision, or <c>delivery.changed_since</c> where somebody has given the traffic to others since, <c>serving.deployment_not_found</c>.</returns>
    public async ValueTask<Result<string?>> FormerAsync(Actor actor, DeliveryRow row, CancellationToken cancel)
    {
        if ((await releases.GetAsync(actor, row.Environment, row.Name, cancel)).Failed(out var gone, out var now))
            return gone;
        if ((await releases.RevisionsAsync(actor, row.Environment, row.Name, Looked, null, cancel)).Failed(out gone, out var page))
            return gone;
        if (IsChanged(row, now, page.Revisions))
            return Failure.Conflict("delivery.changed_since", $"Deployment {row.Name} was changed since, and is at revision {now.Revision} by {now.CreatedBy}: what answers now is not what was delivered. Go back by hand.");
        var bad = await db.ReadAsync(session => SignalStore.ListBadAsync(session, actor.Workspace, row.Environment, row.Name), cancel);
        if (long.TryParse(row.Plan.Previous, NumberStyles.None, CultureInfo.InvariantCulture, out var previous)
            && page.Revisions.FirstOrDefault(one => one.Revision == previous) is { } before && !Answering(before.Spec).Any(one => bad.Contains((one.Model, one.Version))))
            return row.Plan.Previous;
        return (await db.ReadAsync(session => DeliveryStore.FindFormerAsync(session, actor.Workspace, row), cancel))?.Plan.Revision;
    }

    // Other limits or another log change nothing of who answers.
    private static bool IsChanged(DeliveryRow row, Deployment now, IReadOnlyList<Deployment> revisions)
    {
        if (now.Spec.Note?.EndsWith(LocalTarget.BackMarkOf(row.Id), StringComparison.Ordinal) == true)
            return false;
        var own = revisions.Where(one => one.Spec.Note?.EndsWith(LocalTarget.MarkOf(row.Id), StringComparison.Ordinal) == true).MaxBy(static one => one.Revision);
        return own is null || !Answering(own.Spec).Order().SequenceEqual(Answering(now.Spec).Order());
    }

    private static IEnumerable<(string Model, string Version, int Weight)> Answering(DeploymentSpec spec) =>
        spec.Variants.Where(static one => one is { Shadow: false, Weight: > 0 }).Select(static one => (one.Model, one.Version, one.Weight));
}
