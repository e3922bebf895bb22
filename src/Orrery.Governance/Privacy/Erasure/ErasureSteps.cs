using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The steps of an erasure, each of which may be repeated.</summary>
internal sealed class ErasureSteps(Db db, EntityErasures entities, SubjectPredictions predictions, AuditTrail trail, Descendants descendants, TimeProvider time)
{
    private const string TrainingSet = "training_set";
    private const string PredictionLog = "prediction_log";

    /// <summary>Names of the steps, in their order.</summary>
    public async ValueTask<IReadOnlyList<string>> ListAsync(Actor actor, EraseSubject asked, CancellationToken cancel) =>
    [
        .. (await entities.ProjectsAsync(actor, cancel)).Select(static project => "features/" + project),
        .. (await predictions.DeploymentsAsync(actor, cancel)).SelectMany(static deployment => new[] { "labels/" + deployment, "predictions/" + deployment }),
        .. asked.Principal is null ? (string[])[] : ["audit"],
        "models",
        "explanations",
    ];

    /// <summary>Does one, and adds to the receipt what it did.</summary>
    public ValueTask<Result<ErasedStep>> DoAsync(Actor actor, string step, EraseSubject asked, SubjectReceipt receipt, CancellationToken cancel)
    {
        var slash = step.IndexOf('/', StringComparison.Ordinal);
        var of = step[(slash + 1)..];
        return (slash < 0 ? step : step[..slash]) switch
        {
            "labels" => LabelsAsync(actor, of, asked, receipt, cancel),
            "predictions" => PredictionsAsync(actor, of, asked, receipt, cancel),
            "audit" => AuditAsync(actor, asked.Principal!, receipt, cancel),
            "models" => ModelsAsync(actor, receipt, cancel),
            "explanations" => ExplanationsAsync(actor, receipt, cancel),
            _ => FeaturesAsync(actor, of, asked, receipt, cancel),
        };
    }

    /// <summary>Whether a receipt may say that nothing is left.</summary>
    public static bool IsComplete(SubjectReceipt receipt) => receipt.Stores.All(static store => store.Kept is null && store.Found == store.Erased);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask<Result<ErasedStep>> FeaturesAsync(Actor actor, string project, EraseSubject asked, SubjectReceipt receipt, CancellationToken cancel)
    {
        if ((await entities.EraseAsync(actor, project, new() { Entity = asked.Subject, Reason = asked.Reason }, cancel)).Failed(out var failure, out var places))
            return failure;
        return new ErasedStep(receipt with
        {
            Stores = [.. receipt.Stores, .. places.Select(place => Store(place, project, Now))],
            TrainingSets = [.. receipt.TrainingSets, .. places.Where(static place => place.Kind == TrainingSet && EntityErasures.IsKept(place)).Select(static place => place.Name).Except(receipt.TrainingSets)],
        });
    }

    /// <summary>A place of a feature store as receipts of subjects have it.</summary>
    internal static ErasedStore Store(ErasedPlace place, string project, long at) => new()
    {
        Kind = place.Kind,
        Name = place.Name,
        Project = project,
        Found = place.Found,
        Erased = place.Deleted,
        At = at,
        Kept = EntityErasures.IsKept(place) ? place.Note ?? "It could not be erased." : null,
    };

    // The labels go in the transaction that notes how many there were, and the rows after that: whatever breaks off, nothing is counted twice or lost.
    private async ValueTask<Result<ErasedStep>> LabelsAsync(Actor actor, string deployment, EraseSubject asked, SubjectReceipt receipt, CancellationToken cancel)
    {
        var found = await predictions.FindAsync(actor, deployment, asked.Subject, cancel);
        string? kept = found.Untold > 0 ? $"{found.Untold} rows were looked up by a key that the log does not have; they go with its retention."
            : found.Alike > 0 ? $"{found.Alike} rows are about the same number otherwise written, which may be somebody else's key: erase that one if it is the subject's."
            : null;
        var log = new ErasedStore { Kind = PredictionLog, Name = deployment, Found = found.Rows.Count, At = Now, Kept = kept };
        return new ErasedStep(receipt with { Stores = [.. receipt.Stores, log] }, async (session, told) =>
        {
            var labels = await SubjectPredictions.EraseLabelsAsync(session, actor, found);
            return labels == 0 ? told : told with { Stores = [.. told.Stores, new() { Kind = "label", Name = deployment, Found = labels, Erased = labels, At = log.At }] };
        });
    }

    private async ValueTask<Result<ErasedStep>> PredictionsAsync(Actor actor, string deployment, EraseSubject asked, SubjectReceipt receipt, CancellationToken cancel)
    {
        // Of an attempt that broke off some may be gone already, and some may have come since they were counted.
        var erased = await predictions.EraseAsync(actor, deployment, asked.Subject, cancel);
        return new ErasedStep(receipt with
        {
            Stores =
            [
                .. receipt.Stores.Select(store => store.Kind == PredictionLog && store.Name == deployment
                    ? store with { Found = Math.Max(store.Found, erased), Erased = Math.Max(store.Found, erased), At = Now }
                    : store),
            ],
        });
    }

    private async ValueTask<Result<ErasedStep>> AuditAsync(Actor actor, string principal, SubjectReceipt receipt, CancellationToken cancel)
    {
        var erased = await trail.EraseAsync(actor, principal, cancel);
        if (erased.Failure is { Code: not ("audit.subject_not_found" or "audit.held" or "audit.own_erasure" or "audit.not_a_person") } failure)
            return failure;
        var isKept = erased.Failure is { Code: not "audit.subject_not_found" };
        var store = new ErasedStore
        {
            Kind = "audit",
            Name = "key of the person's entries",
            Found = erased.Succeeded || isKept ? 1 : 0,
            Erased = erased.Succeeded ? 1 : 0,
            At = Now,
            Kept = isKept ? $"{erased.Failure!.Code}: {erased.Failure.Message}" : null,
        };
        return new ErasedStep(receipt with { Stores = [.. receipt.Stores, store] });
    }

    private async ValueTask<Result<ErasedStep>> ModelsAsync(Actor actor, SubjectReceipt receipt, CancellationToken cancel)
    {
        var versions = new SortedSet<string>(StringComparer.Ordinal);
        var stores = receipt.Stores.ToList();
        foreach (var set in receipt.TrainingSets)
        {
            var found = await descendants.VersionsOfAsync(actor, Id(set), cancel);
            versions.UnionWith(found.Versions);
            if (!found.IsWhole)
                stores.Add(new() { Kind = "lineage", Name = set, At = Now, Kept = "More came of this training set than was walked over: model versions may be missing from the list." });
        }

        return new ErasedStep(receipt with { ModelVersions = [.. versions], Stores = stores });
    }

    // Explanations keep rows that they are relative to, and examples.
    private async ValueTask<Result<ErasedStep>> ExplanationsAsync(Actor actor, SubjectReceipt receipt, CancellationToken cancel)
    {
        var sets = receipt.TrainingSets.Select(Id).ToHashSet(StringComparer.Ordinal);
        var hasFiles = receipt.Stores.Any(static store => store.Kind is "file" or "warehouse" && store.Found > 0);
        var made = sets.Count == 0 && !hasFiles ? [] : await db.ReadAsync(session => ExplanationTracesStore.ListAsync(session, actor.Workspace), cancel);
        var kept = made.Where(one => one.Data.TrainingSet is { } set ? sets.Contains(set) : hasFiles).Select(one => new ErasedStore
        {
            Kind = "explanation",
            Name = one.Id,
            At = Now,
            Kept = one.Data.TrainingSet is null
                ? "It was made of files or tables and keeps rows of them, which may be the subject's."
                : "It was made of a training set that holds the subject and keeps rows of it.",
        });
        return new ErasedStep(receipt with { Stores = [.. receipt.Stores, .. kept] });
    }

    // Receipts of feature stores name sets as "name (id)".
    private static string Id(string set) => set.EndsWith(')') && set.LastIndexOf('(') is >= 0 and var at ? set[(at + 1)..^1] : set;
}

/// <summary>A step that was done.</summary>
/// <param name="Receipt">With what it did.</param>
/// <param name="Within">What belongs to it and is done in the transaction that notes it, and tells the receipt of then.</param>
internal sealed record ErasedStep(SubjectReceipt Receipt, Func<DbSession, SubjectReceipt, ValueTask<SubjectReceipt>>? Within = null);
