using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>The steps of an erasure, each of which may be repeated.</summary>
internal sealed class ErasureSteps(EntityErasures entities, SubjectPredictions predictions, AuditTrail trail, Descendants descendants, TimeProvider time)
{
    private const string TrainingSet = "training_set";

    /// <summary>Names of the steps, in their order.</summary>
    public async ValueTask<IReadOnlyList<string>> ListAsync(Actor actor, EraseSubject asked, CancellationToken cancel) =>
    [
        .. (await entities.ProjectsAsync(actor, cancel)).Select(static project => "features/" + project),
        "predictions",
        .. asked.Principal is null ? (string[])[] : ["audit"],
        "models",
    ];

    /// <summary>Does one, and adds to the receipt what it did.</summary>
    public ValueTask<Result<SubjectReceipt>> DoAsync(Actor actor, string step, EraseSubject asked, SubjectReceipt receipt, CancellationToken cancel) => step switch
    {
        "predictions" => PredictionsAsync(actor, asked, receipt, cancel),
        "audit" => AuditAsync(actor, asked.Principal!, receipt, cancel),
        "models" => ModelsAsync(actor, receipt, cancel),
        _ => FeaturesAsync(actor, step["features/".Length..], asked, receipt, cancel),
    };

    private async ValueTask<Result<SubjectReceipt>> FeaturesAsync(Actor actor, string project, EraseSubject asked, SubjectReceipt receipt, CancellationToken cancel)
    {
        if ((await entities.EraseAsync(actor, project, new() { Entity = asked.Subject, Reason = asked.Reason }, cancel)).Failed(out var failure, out var erased))
            return failure;
        if (erased is null)
            return receipt;
        var sets = erased.Places.Where(static place => place.Kind == TrainingSet && place.Found > 0).Select(static place => place.Name);
        return receipt with
        {
            Stores =
            [
                .. receipt.Stores,
                .. erased.Places.Select(place => new ErasedStore
                {
                    Kind = place.Kind, Name = place.Name, Project = project, Found = place.Found, Erased = place.Deleted, At = erased.ErasedAt, Kept = place.Note,
                }),
            ],
            TrainingSets = [.. receipt.TrainingSets, .. sets],
        };
    }

    private async ValueTask<Result<SubjectReceipt>> PredictionsAsync(Actor actor, EraseSubject asked, SubjectReceipt receipt, CancellationToken cancel)
    {
        var erased = await predictions.EraseAsync(actor, asked.Subject, cancel);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var logs = erased.Select(one => new ErasedStore { Kind = "prediction_log", Name = one.Deployment, Found = one.Rows, Erased = one.Rows, At = now });
        var labels = erased.Where(static one => one.Labels > 0).Select(one => new ErasedStore { Kind = "label", Name = one.Deployment, Found = one.Labels, Erased = one.Labels, At = now });
        return receipt with { Stores = [.. receipt.Stores, .. logs, .. labels] };
    }

    private async ValueTask<Result<SubjectReceipt>> AuditAsync(Actor actor, string principal, SubjectReceipt receipt, CancellationToken cancel)
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
            At = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Kept = isKept ? $"{erased.Failure!.Code}: {erased.Failure.Message}" : null,
        };
        return receipt with { Stores = [.. receipt.Stores, store] };
    }

    private async ValueTask<Result<SubjectReceipt>> ModelsAsync(Actor actor, SubjectReceipt receipt, CancellationToken cancel)
    {
        var versions = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var set in receipt.TrainingSets)
            versions.UnionWith(await descendants.VersionsOfAsync(actor, Id(set), cancel));
        return receipt with { ModelVersions = [.. versions] };
    }

    // Receipts of feature stores name sets as "name (id)".
    private static string Id(string set) => set.EndsWith(')') && set.LastIndexOf('(') is >= 0 and var at ? set[(at + 1)..^1] : set;
}
