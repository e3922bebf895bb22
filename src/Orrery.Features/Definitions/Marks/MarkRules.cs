namespace Orrery.Features;

/// <summary>Something that a change would show to more people than may see it now.</summary>
/// <param name="View">The view that would show it.</param>
/// <param name="Column">Its feature or column.</param>
/// <param name="Why">What protects it.</param>
/// <param name="Views">Ids of the views for which the right to restricted columns is needed.</param>
internal sealed record MarkTaken(string View, string Column, string Why, IReadOnlyList<string> Views);

/// <summary>
/// What is marked <c>pii</c> or <c>restricted</c> stays so until somebody who may read it says otherwise: a mark is not taken away, and no view
/// reads the same column of the same place without one. What was read so before may go on.
/// </summary>
internal static class MarkRules
{
    private const string WholeQuery = "(query)";

    /// <summary>What a change takes away of marks that stand.</summary>
    public static IEnumerable<MarkTaken> Dropped(FeatureProject before, FeatureProject after)
    {
        foreach (var view in before.Views.Values.OrderBy(static view => view.Name, StringComparer.Ordinal))
        {
            foreach (var name in Unmarked(view.Fields, after.Views.GetValueOrDefault(view.Name)?.Fields))
                yield return new(view.Name, name, "it is marked and would be so no more", [view.Id]);
        }

        foreach (var view in before.OnDemandViews.Values.OrderBy(static view => view.Name, StringComparer.Ordinal))
        {
            foreach (var name in Unmarked(view.Fields, after.OnDemandViews.GetValueOrDefault(view.Name)?.Fields))
                yield return new(view.Name, name, "it is marked and would be so no more", [view.Id]);
        }
    }

    /// <summary>What a project's views read without a mark, and did not before.</summary>
    public static IReadOnlyList<MarkReading> NewReadings(FeatureProject before, FeatureProject after)
    {
        var known = before.Views.Values.SelectMany(view => Readings(before, view)).Select(static reading => reading.Identity).ToHashSet(StringComparer.Ordinal);
        return [.. after.Views.Values.OrderBy(static view => view.Name, StringComparer.Ordinal)
            .SelectMany(view => Readings(after, view)).Where(reading => !known.Contains(reading.Identity))];
    }

    /// <summary>What of new readings a project protects; the last version of each view that read a column decides whether it is marked.</summary>
    public static IEnumerable<MarkTaken> Shown(IReadOnlyList<MarkReading> readings, FeatureProject project)
    {
        var marked = project.ViewVersions.Values.GroupBy(static view => view.Id).SelectMany(versions => Marked(project, versions)).ToList();
        foreach (var reading in readings)
        {
            if (marked.Find(reading.Shows) is { } one)
                yield return new(reading.View, reading.Column, $"feature view {one.View} of project {project.Name} marks {one.Column} of the same place", [one.ViewId, reading.ViewId]);
        }
    }

    private static IEnumerable<string> Unmarked(IReadOnlyList<FeatureField> before, IReadOnlyList<FeatureField>? after) => before
        .Where(static field => field.IsRestricted)
        .Where(field => after?.Any(next => next.Name == field.Name && !next.IsRestricted) ?? false)
        .Select(static field => field.Name);

    private static IEnumerable<MarkReading> Readings(FeatureProject project, FeatureView view)
    {
        var (places, source) = (SourcePlace.Of(project, view.Source), view.Source.History);
        if (source.Kind is SourceKind.Query)
            yield return new(view.Id, view.Name, WholeQuery, places, source.Document.Query);
        var times = new[] { view.Source.TimestampColumn, view.Source.CreatedColumn }.OfType<string>();
        foreach (var column in view.Fields.Where(static field => !field.IsRestricted).Select(field => view.Source.Column(field.Name)).Concat(times).Distinct())
            yield return new(view.Id, view.Name, column, places, source.Kind is SourceKind.Query ? source.Document.Query : null);
    }

    private static IEnumerable<MarkReading> Marked(FeatureProject project, IEnumerable<FeatureView> versions)
    {
        var decided = new HashSet<string>(StringComparer.Ordinal);
        foreach (var view in versions.OrderByDescending(static view => view.Version))
        {
            var (places, source) = (SourcePlace.Of(project, view.Source), view.Source.History);
            foreach (var field in view.Fields)
            {
                var reading = new MarkReading(view.Id, view.Name, view.Source.Column(field.Name), places, source.Kind is SourceKind.Query ? source.Document.Query : null);
                if (decided.Add(reading.Identity) && field.IsRestricted)
                    yield return reading;
            }
        }
    }
}
