using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>
/// Erasing an entity: its rows go from the online store (every version), from pushed history, from uploaded files (which are written anew
/// without them) and from quarantine. What lies elsewhere is counted and named. The receipt holds a code of the key
/// that nobody can turn back without the server's own key.
/// </summary>
internal sealed class Erasures(
    Db db, AuditLog audit, Projects projects, IOnlineStore store, DuckEngines engines, OfflineErasure offline, DerivedErasure derived, Materializations materializations,
    SecretBox secrets, TimeProvider time)
{
    /// <summary>
    /// Erases; may be repeated. <c>features.entity_unknown</c> when no view has these keys, <c>features.value_invalid</c>, and what the stores
    /// say when they are away: nothing is noted then, and what was deleted stays deleted.
    /// </summary>
    public async ValueTask<Result<ErasureReceipt>> EraseAsync(Actor actor, string projectName, EraseEntity asked, CancellationToken cancel)
    {
        if ((await projects.FindAsync(actor, projectName, cancel)).Failed(out var failure, out var project))
            return failure;
        if (asked.Entity.Count == 0)
            return Failure.Invalid("features.entity_missing", "Name the entity: its join keys and their values.");
        if (asked.Reason?.Length > 1000)
            return Failure.Invalid("features.reason_too_long", "The reason has more than 1,000 characters.");
        var views = project.ViewVersions.Values.Where(view => ErasureKey.Fits(view, asked.Entity)).ToList();
        if (views.Count == 0)
        {
            return Failure.NotFound("features.entity_unknown", $"No feature view of project {project.Name} has the join keys {string.Join(", ", asked.Entity.Keys.Order(StringComparer.Ordinal))}; there are "
                + string.Join("; ", project.Views.Values.Select(static view => string.Join(", ", view.Keys.Select(static key => key.Name))).Where(static keys => keys.Length > 0).Distinct().Order(StringComparer.Ordinal).Take(20)) + ".");
        }

        // A view whose key cannot be such a value is told; the others are erased from.
        var (keys, misfit) = (new List<ErasureKey>(), (Failure?)null);
        foreach (var view in views.OrderBy(static view => view.Name, StringComparer.Ordinal).ThenByDescending(static view => view.Version))
        {
            if (!ErasureKey.Of(view, asked.Entity).Failed(out failure, out var key))
                keys.Add(key);
            else
                misfit ??= failure;
        }

        if (keys.Count == 0)
            return misfit!;

        // What is offline goes first, and runs that may have read it are stopped: what goes online after this does not hold the entity.
        var places = new List<ErasedPlace>();
        if ((await OfflineAsync(actor, project, keys, asked.DeleteTrainingSets, places, cancel)).Failed(out failure, out _)
            || (await materializations.StopAsync(actor, project, views, cancel)).Failed(out failure, out _))
            return failure;
        // The older first: rows may be on their way from there to newer ones (CarryJob).
        foreach (var key in keys.DistinctBy(static key => (key.View.Id, key.View.StorageVersion)).OrderBy(static key => key.View.StorageVersion))
        {
            if ((await store.DeleteAsync(OnlineTable.Of(project, key.View), [key.Bytes], cancel)).Failed(out failure, out var deleted))
                return failure;
            places.Add(new() { Kind = "online", Name = key.View.NameWithVersion, Found = deleted, Deleted = deleted });
        }

        // A log keeps what was deleted; the receipt is given when it does no more.
        if ((await store.RewriteAsync(cancel)).Failed(out failure, out _))
            return failure;
        places.AddRange(ErasureKey.Left(project, asked.Entity));
        return await KeepAsync(actor, project, asked, places, cancel);
    }

    /// <summary>The views of a project that may hold an entity and that are not erased from by its key; none of a project that is not there.</summary>
    public async ValueTask<ErasedPlace[]> LeftAsync(Actor actor, string project, IReadOnlyDictionary<string, string> entity, CancellationToken cancel) =>
        (await projects.FindAsync(actor, project, cancel)).Failed(out _, out var found) ? [] : ErasureKey.Left(found, entity);

    /// <summary>A receipt; <c>features.erasure_not_found</c>.</summary>
    public async ValueTask<Result<ErasureReceipt>> FindAsync(Actor actor, string project, string id, CancellationToken cancel) =>
        await db.ReadAsync(session => ErasureStore.FindAsync(session, actor.Workspace, project, id), cancel) is { } receipt
            ? receipt
            : Failure.NotFound("features.erasure_not_found", $"There is no erasure {DefinitionNames.Clip(id)} in project {DefinitionNames.Clip(project)}.");

    /// <summary>Receipts, newest first, also those of a project that was deleted; <c>features.project_not_found</c>, <c>features.invalid_page_token</c>.</summary>
    public async ValueTask<Result<ErasureReceiptPage>> ListAsync(Actor actor, string project, int limit, string? token, CancellationToken cancel)
    {
        var before = "g";
        if (!string.IsNullOrEmpty(token) && (before = PageToken.Decode(token, 1)?[0] as string) is null)
            return FeaturePages.NotOurs();
        var receipts = await db.ReadAsync(session => ErasureStore.ListAsync(session, actor.Workspace, project, before!, limit + 1), cancel);
        if (receipts.Count == 0 && (await projects.FindAsync(actor, project, cancel)).Failed(out var unknown, out _))
            return unknown;
        return new ErasureReceiptPage
        {
            Receipts = receipts.Count > limit ? receipts[..limit] : receipts,
            NextPageToken = receipts.Count > limit ? PageToken.Encode(receipts[limit - 1].Id) : null,
        };
    }

    private async Task<Result<Done>> OfflineAsync(
        Actor actor, FeatureProject project, IReadOnlyList<ErasureKey> keys, bool deleteSets, List<ErasedPlace> places, CancellationToken cancel)
    {
        if ((await engines.LeaseAsync(project.Workspace, cancel)).Failed(out var busy, out var lease))
            return busy;
        using (lease)
        {
            try
            {
                // Each source once, those that only earlier versions read among them, and again where another view reads the key otherwise.
                foreach (var key in keys.DistinctBy(static key => (Place(key.View.Source.History), key.ByName())))
                {
                    if ((await offline.EraseAsync(actor, project, key.View.Source.History, key, lease, places, cancel)).Failed(out var wrong, out _))
                        return wrong;
                }

                return await derived.EraseAsync(actor, project, keys, deleteSets, lease, places, cancel);
            }
            catch (DuckException e)
            {
                return PointInTime.Failed(e);
            }
        }
    }

    private static (string Name, string? Path, string? Query, string? Table) Place(FeatureSource source) =>
        (source.Name, source.Document.Path, source.Document.Query, source.Document.Table);

    private ValueTask<Result<ErasureReceipt>> KeepAsync(Actor actor, FeatureProject project, EraseEntity asked, List<ErasedPlace> places, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var receipt = new ErasureReceipt
        {
            Id = Guid.CreateVersion7(now).ToString("D"),
            Project = project.Name,
            EntityHash = Convert.ToHexStringLower(ErasureKey.Code(secrets, actor.Workspace, asked.Entity)),
            JoinKeys = [.. asked.Entity.Keys.Order(StringComparer.Ordinal)],
            Reason = asked.Reason,
            Places = places,
            IsComplete = !places.Exists(EntityErasures.IsKept),
            ErasedBy = actor.Name,
            ErasedAt = now.ToUnixTimeMilliseconds(),
        };
        return db.WriteAsync<ErasureReceipt>(async session =>
        {
            await ErasureStore.InsertAsync(session, actor.Workspace, receipt);
            await audit.AppendAsync(session, actor, new AuditRecord("features.erase", "feature-project", project.Name)
            {
                After = Convert.FromHexString(receipt.EntityHash),
                Detail = JsonSerializer.Serialize(new ErasureDetail(receipt.Id, receipt.Places.Sum(static place => place.Deleted), receipt.IsComplete), ErasureDetailJson.Default.ErasureDetail),
            });
            return receipt;
        }, cancel);
    }
}

/// <summary>What the audit trail tells of an erasure.</summary>
internal sealed record ErasureDetail(string Receipt, long Deleted, bool Complete);

[System.Text.Json.Serialization.JsonSerializable(typeof(ErasureDetail))]
[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ErasureDetailJson : System.Text.Json.Serialization.JsonSerializerContext;
