using System.Collections.Frozen;
using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Checks and compiles feature services.</summary>
internal static class ServiceCompiler
{
    private const int MostProjections = 500;

    /// <summary>The service; null when something is wrong with it, which is noted.</summary>
    /// <param name="version">Its definition.</param>
    /// <param name="find">Finds a view of either kind by name and version (null for the current one).</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static FeatureService? Compile(DefinitionVersion version, Func<string, int?, FoundView> find, CompileFaults faults)
    {
        var (document, path, before) = (version.Service, version.Path, faults.Count);
        if (document.Features.Count is 0 or > MostProjections)
            faults.Add(path + ".features", document.Features.Count == 0 ? "is missing; a service has features of at least one view" : $"has {document.Features.Count} views; at most {MostProjections} are allowed");
        var projections = new List<FeatureProjection>(document.Features.Count);
        var known = true;
        for (var at = 0; at < document.Features.Count; at++)
        {
            var (asked, place) = (document.Features[at], $"{path}.features[{at}]");
            var pinned = version.Pins.Count > at && version.Pins[at] > 0 ? version.Pins[at] : asked.Version;
            var found = find(asked.View, pinned);
            known &= found.Exists;
            if (!found.IsDefined)
                faults.Add(place + (asked.Version is null ? ".view" : ".version"), Missing(asked, found));
            else if (found.Exists && Projection(asked, found, place, faults) is { } projection)
                AddOnce(projections, projection, place, faults);
        }

        return faults.Count > before || !known ? null : new() { Name = version.Name, Version = version.Version, Projections = projections, Document = document };
    }

    private static string Missing(FeatureProjectionDocument asked, FoundView found) =>
        asked.View.Length == 0 ? "is missing"
        : asked.Version is { } number && found.IsNamed ? $"is {number}; view {asked.View} has no such version"
        : $"is '{DefinitionNames.Clip(asked.View)}', which is not among the views of either kind";

    private static FeatureProjection? Projection(FeatureProjectionDocument asked, FoundView found, string path, CompileFaults faults)
    {
        var before = faults.Count;
        var fields = Fields(asked, found, path, faults);
        if (asked.As is { } alias)
            faults.Check(path + ".as", DefinitionNames.ViewProblem(alias));
        CheckJoinKeys(asked, found, path + ".join_keys", faults);
        if (faults.Count > before)
            return null;
        return new()
        {
            View = found.View,
            OnDemand = found.OnDemand,
            Fields = fields,
            Alias = asked.As ?? asked.View,
            JoinKeyMap = asked.JoinKeys.Where(static pair => pair.Key != pair.Value).ToFrozenDictionary(),
        };
    }

    private static List<int> Fields(FeatureProjectionDocument asked, FoundView found, string path, CompileFaults faults)
    {
        if (asked.Features.Count == 0)
            return [.. Enumerable.Range(0, found.Fields.Count)];
        var fields = new List<int>(asked.Features.Count);
        for (var at = 0; at < asked.Features.Count; at++)
        {
            if (!found.FieldIndex.TryGetValue(asked.Features[at], out var field))
                faults.Add($"{path}.features[{at}]", $"is '{DefinitionNames.Clip(asked.Features[at])}'; view {asked.View} has no such feature in version {found.Version}");
            else if (fields.Contains(field))
                faults.Add($"{path}.features[{at}]", $"is '{asked.Features[at]}', which is asked for already");
            else
                fields.Add(field);
        }

        return fields;
    }

    private static void CheckJoinKeys(FeatureProjectionDocument asked, FoundView found, string path, CompileFaults faults)
    {
        if (asked.JoinKeys.Count == 0)
            return;
        if (found.View is not { } view)
        {
            faults.Add(path, "is given for an on-demand view, which has no join keys; map those of the views that it reads");
            return;
        }

        foreach (var (key, column) in asked.JoinKeys)
        {
            var field = $"{path}.{DefinitionNames.Clip(key)}";
            if (!view.Keys.Any(one => one.Name == key))
                faults.Add(field, $"is no join key of view {view.Name}; it has {(view.Keys.Count == 0 ? "none" : string.Join(", ", view.Keys.Select(static one => one.Name)))}");
            faults.Check(field, DefinitionNames.ColumnProblem(column) ?? ReservedColumns.Problem(column));
        }

        var columns = view.Keys.Select(key => asked.JoinKeys.GetValueOrDefault(key.Name, key.Name)).ToList();
        if (columns.Distinct(StringComparer.OrdinalIgnoreCase).Count() < columns.Count)
            faults.Add(path, "gives one column of the request to two join keys");
    }

    private static void AddOnce(List<FeatureProjection> projections, FeatureProjection projection, string path, CompileFaults faults)
    {
        if (projections.Exists(one => one.Alias == projection.Alias))
            faults.Add(path + ".view", $"is called '{projection.Alias}' in full feature names, as another of the service is; give it another name with 'as'");
        else
            projections.Add(projection);
    }
}

/// <summary>What stands under a view's name.</summary>
/// <param name="View">A feature view.</param>
/// <param name="OnDemand">An on-demand view.</param>
/// <param name="IsDefined">Whether there is one, though perhaps a wrong one.</param>
/// <param name="IsNamed">Whether there is one of another version at least.</param>
internal readonly record struct FoundView(FeatureView? View, OnDemandView? OnDemand, bool IsDefined, bool IsNamed)
{
    public bool Exists => View is not null || OnDemand is not null;

    public int Version => View?.Version ?? OnDemand!.Version;

    public IReadOnlyList<FeatureField> Fields => View?.Fields ?? OnDemand!.Fields;

    public IReadOnlyDictionary<string, int> FieldIndex => View?.FieldIndex ?? OnDemand!.FieldIndex;
}
