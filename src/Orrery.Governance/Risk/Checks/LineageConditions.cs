using Orrery.Contracts;
using Orrery.Registry;
using Orrery.Tracking;

namespace Orrery.Governance;

/// <summary>The conditions of GOV-08 that a version's origin decides.</summary>
internal static class LineageConditions
{
    /// <summary>From the version back to its run and its data nothing is missing.</summary>
    public static AutomaticCheck Lineage(RiskSubject subject, ModelPackage? package, RunDocument? run, UsedColumns columns)
    {
        var missing = new List<string>();
        if (package?.Sha256 is null)
            missing.Add("its files are not known to the registry (mlops models versions shows why)");
        if (subject.Version.RunId is null)
            missing.Add("no run is known that made it; register it with its run's id");
        else if (run is null)
            missing.Add($"its run {subject.Version.RunId} is gone");
        if (run is not null && columns.Set is null && run.Inputs.Count == 0)
            missing.Add("its run names no data; log it with mlflow.log_input, or train on a training set of the feature store");
        if (run is not null && columns.Set is null)
            missing.AddRange(run.Inputs.Where(static one => one.Digest.Length == 0 || one.Source is "" or "{}" or "null").Select(static one => $"data set {one.Name} has no digest or no source"));
        if (columns.Set is not null && columns.Marks is null)
            missing.Add($"the feature project {columns.Project} of its training set is gone");
        if (columns.Set is not null && columns.Marks is { Count: 0 })
            missing.Add($"its training set {columns.Set} does not say which features it has");
        missing.AddRange(columns.Gone.Select(static one => $"feature {one} is not defined any more"));
        missing.AddRange((columns.Marks ?? []).Where(static one => one.IsKnown && one.Source.Length == 0).Select(static one => $"feature {one.View}:{one.Feature} has no source"));
        return missing.Count == 0
            ? new() { Name = "lineage", Passed = true, Reason = columns.Set is null ? $"From run {subject.Version.RunId} and its data." : $"From run {subject.Version.RunId} and training set {columns.Set}, whose features and sources are defined." }
            : new() { Name = "lineage", Reason = $"Its lineage is not complete: {string.Join("; ", missing)}." };
    }

    /// <summary>No column that tells something about a person was used.</summary>
    public static AutomaticCheck NoPii(RiskSubject subject, UsedColumns columns, IReadOnlyList<RiskTrigger> triggers)
    {
        var found = columns.Personal.Concat(columns.Restricted).Concat(columns.Found).ToList();
        if (found.Count > 0)
            return new() { Name = "no_pii", Reason = $"It was trained on personal or restricted columns: {string.Join(", ", found)}. Train without them, or ask people for approval." };
        if (triggers.FirstOrDefault(static one => one.Name == "pii") is { } declared)
            return new() { Name = "no_pii", Reason = $"It uses personal data: {declared.Reason}." };
        if (columns.Set is null)
            return new() { Name = "no_pii", Reason = $"Which columns it was trained on is not known. Train {subject.Model.Name} on a training set of the feature store, whose columns are marked." };
        return columns.Marks is null || columns.Gone.Count > 0
            ? new() { Name = "no_pii", Reason = "Some features that it was trained on are not defined any more, so that nobody can say whether they are personal." }
            : new() { Name = "no_pii", Passed = true, Reason = $"None of its {columns.Marks.Count} features is marked personal or restricted." };
    }
}
