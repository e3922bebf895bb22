using Orrery.Features;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What is known of the columns that a version was trained on.</summary>
/// <param name="Set">The training set of the feature store; null for none.</param>
/// <param name="Project">Its project; null for none.</param>
/// <param name="Marks">Its features as they are marked now; null where the project is gone.</param>
/// <param name="Found">Features that read columns in which a privacy scan found personal data, as <c>view:feature (kind)</c>.</param>
internal sealed record UsedColumns(string? Set, string? Project, IReadOnlyList<UsedMark>? Marks, IReadOnlyList<string> Found)
{
    /// <summary>Features that are marked <c>pii</c>, or tagged as such.</summary>
    public IReadOnlyList<string> Personal { get; } = Names(Marks, static mark => mark.IsPii || ColumnFacts.Sensitivity(mark) is { Trigger: not null });

    /// <summary>Features that are restricted, or tagged as sensitive, and not personal.</summary>
    public IReadOnlyList<string> Restricted { get; } = Names(Marks, static mark => !mark.IsPii && ColumnFacts.Sensitivity(mark)?.Trigger is null && (mark.IsRestricted || ColumnFacts.Sensitivity(mark) is not null));

    /// <summary>Features that their views do not have any more.</summary>
    public IReadOnlyList<string> Gone { get; } = Names(Marks, static mark => !mark.IsKnown);

    private static IReadOnlyList<string> Names(IReadOnlyList<UsedMark>? marks, Func<UsedMark, bool> which) =>
        [.. (marks ?? []).Where(which).Select(static mark => $"{mark.View}:{mark.Feature}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

/// <summary>Finds the columns that versions were trained on, and what they say about people.</summary>
internal sealed class ColumnFacts(Db db, VersionTraining training, TrainingUses uses, UsedMarks marks)
{
    private const int ScansLookedAt = 200;
    private const string SensitivityTag = "sensitivity";
    private const string ClassificationTag = "classification";

    /// <summary>The columns; what the registry refuses.</summary>
    public async ValueTask<UsedColumns> OfAsync(RiskSubject subject, CancellationToken cancel)
    {
        if ((await training.SetsAsync(subject.Actor, subject.Model.Name, subject.Number, cancel)).Failed(out _, out var sets) || sets.Count == 0)
            return new(null, null, [], []);
        var newest = sets[0];
        var used = new List<UsedMark>();
        var found = new List<string>();
        var reports = await ScansAsync(subject.Actor, cancel);
        // A version may be trained on several sets: each of them counts.
        foreach (var project in sets.GroupBy(static set => set.Project))
        {
            var features = await uses.FeaturesAsync(subject.Actor, project.Key, [.. project.Select(static set => set.Id)], cancel);
            var all = features.Values.SelectMany(static one => one.Features).Distinct().ToList();
            if ((await marks.OfAsync(subject.Actor, project.Key, all, cancel)).Failed(out _, out var known))
                return new(newest.Id, newest.Project, null, []);
            used.AddRange(known);
            found.AddRange(Found(reports, project.Key, all));
        }

        return new(newest.Id, newest.Project, used, [.. found.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <summary>What a feature's tags say of how sensitive it is; null for nothing.</summary>
    public static KnownRisk? Sensitivity(UsedMark mark) => mark.Tags.Where(static tag => tag.Key is SensitivityTag or ClassificationTag or "pii").Select(static tag => (tag.Key, Value: tag.Value.Trim().ToLowerInvariant()) switch
    {
        (_, "special" or "phi" or "health" or "biometric") => new KnownRisk(RiskScore.DataSensitivity, "sensitive_tags", tag.Value, RiskScore.Worst) { Trigger = "pii" },
        ("pii", "true" or "yes" or "1") or (_, "pii" or "personal") => new KnownRisk(RiskScore.DataSensitivity, "sensitive_tags", tag.Value, 8) { Trigger = "pii" },
        (_, "secret") => new KnownRisk(RiskScore.DataSensitivity, "sensitive_tags", tag.Value, 8),
        (_, "sensitive" or "confidential" or "restricted") => new KnownRisk(RiskScore.DataSensitivity, "sensitive_tags", tag.Value, 5),
        _ => null,
    }).OfType<KnownRisk>().MaxBy(static one => (one.Score, one.Trigger is not null));

    // The newest scan of each view says how its columns are; of an older one nothing stands.
    private static IEnumerable<string> Found(IReadOnlyList<PiiScanRow> scans, string project, IReadOnlyList<UsedFeature> used) => scans
        .Where(scan => scan.Spec.View is not null && scan.Spec.Project == project).DistinctBy(static scan => scan.Spec.View)
        .SelectMany(scan => scan.Report!.Fields.Where(field => used.Contains(new(field.View, field.Feature))))
        .Select(static field => $"{field.View}:{field.Feature} ({field.Kind})");

    private ValueTask<List<PiiScanRow>> ScansAsync(Actor actor, CancellationToken cancel) =>
        db.ReadAsync(session => PiiScanStore.SucceededAsync(session, actor.Workspace, ScansLookedAt), cancel);
}
