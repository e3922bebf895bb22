using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Erasing an entity from feature stores, for modules above that erase a subject everywhere.</summary>
public sealed class EntityErasures
{
    private const int Page = 500;

    private readonly Db _db;
    private readonly Erasures _erasures;

    internal EntityErasures(Db db, Erasures erasures) => (_db, _erasures) = (db, erasures);

    /// <summary>Names of all feature projects of the workspace.</summary>
    public async ValueTask<IReadOnlyList<string>> ProjectsAsync(Actor actor, CancellationToken cancel)
    {
        var names = new List<string>();
        for (var after = ""; ;)
        {
            var page = await _db.ReadAsync(session => CatalogueStore.ListProjectsAsync(session, actor.Workspace, after, Page), cancel);
            names.AddRange(page.Select(static row => row.Name));
            if (page.Count < Page)
                return names;
            after = page[^1].Name;
        }
    }

    /// <summary>
    /// Erases in one project, with its own receipt. Where no view has such keys nothing is erased, and the views that may hold the subject all the same are
    /// told; nothing of a project that is gone. What the stores say when they are away.
    /// </summary>
    public async ValueTask<Result<ErasedPlace[]>> EraseAsync(Actor actor, string project, EraseEntity asked, CancellationToken cancel)
    {
        var erased = await _erasures.EraseAsync(actor, project, asked, cancel);
        if (!erased.Failed(out var failure, out var receipt))
            return receipt.Places.ToArray();
        return failure.Code switch
        {
            "features.project_not_found" => Array.Empty<ErasedPlace>(),
            "features.entity_unknown" or "features.value_invalid" => await _erasures.LeftAsync(actor, project, asked.Entity, cancel),
            _ => failure,
        };
    }

    /// <summary>Whether a place may hold the entity still.</summary>
    public static bool IsKept(ErasedPlace place) => place.Found > place.Deleted || (place.Note is not null && place.Note != OfflineErasure.Gone);
}
