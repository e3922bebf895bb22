using System.Collections.Frozen;
using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Checks and compiles feature views.</summary>
internal static class ViewCompiler
{
    /// <summary>Most features of one view.</summary>
    public const int MostFeatures = 2_000;

    /// <summary>The view; null when something is wrong with it, which is noted.</summary>
    /// <param name="version">Its definition.</param>
    /// <param name="entity">Finds an entity by name; the second tells whether it is defined at all.</param>
    /// <param name="source">Finds a source by name, likewise.</param>
    /// <param name="faults">Takes what is wrong.</param>
    /// <param name="restricted">Features that are restricted whatever this version says.</param>
    public static FeatureView? Compile(
        DefinitionVersion version,
        Func<string, (FeatureEntity? Entity, bool IsDefined)> entity,
        Func<string, (FeatureSource? Source, bool IsDefined)> source,
        CompileFaults faults,
        IReadOnlySet<string> restricted)
    {
        var (document, path, before) = (version.View, version.Path, faults.Count);
        var (keys, keysKnown) = Keys(document, path, entity, faults);
        var (from, isDefined) = document.Source.Length == 0 ? (null, false) : source(document.Source);
        if (!isDefined)
            faults.Add(path + ".source", document.Source.Length == 0 ? "is missing" : $"is '{DefinitionNames.Clip(document.Source)}', which is not among the sources");
        List<FeatureField> fields = [.. Fields(document, path, keys, from, faults).Select(field => restricted.Contains(field.Name) ? field with { IsRestricted = true } : field)];
        if (from is not null)
            CheckKeys(keys, from, path, faults);
        var (ttl, freshness, lateness) = Durations(document, path, faults);
        var rules = QualityRule.Compile(document.Rules, path + ".rules", ofSource: false, faults);
        if (faults.Count > before || from is null || !keysKnown)
            return null;
        return new()
        {
            Id = version.ObjectId,
            Name = version.Name,
            Version = version.Version,
            StorageVersion = version.StorageVersion,
            Keys = keys,
            Source = from,
            Fields = fields,
            FieldIndex = fields.Select(static (field, at) => (field.Name, at)).ToFrozenDictionary(static one => one.Name, static one => one.at),
            Ttl = ttl,
            IsOnline = document.Online ?? true,
            Freshness = freshness,
            Schedule = document.Materialization?.Schedule,
            Lateness = lateness ?? TimeSpan.FromHours(1),
            Rules = rules,
            Document = document,
        };
    }

    private static (List<JoinKey> Keys, bool AllKnown) Keys(
        FeatureViewDocument document, string path, Func<string, (FeatureEntity? Entity, bool IsDefined)> find, CompileFaults faults)
    {
        var keys = new List<JoinKey>();
        var known = true;
        for (var at = 0; at < document.Entities.Count; at++)
        {
            var name = document.Entities[at];
            var field = $"{path}.entities[{at}]";
            var (entity, isDefined) = find(name);
            known &= entity is not null;
            if (!isDefined)
                faults.Add(field, $"is '{DefinitionNames.Clip(name)}', which is not among the entities");
            else if (document.Entities.Take(at).Contains(name))
                faults.Add(field, $"is '{name}', which the view has already");
            else if (entity?.JoinKeys.FirstOrDefault(key => keys.Exists(one => Same(one.Name, key.Name))) is { } twice)
                faults.Add(field, $"is '{name}', whose join key '{twice.Name}' another entity of the view has too");
            else if (entity is not null)
                keys.AddRange(entity.JoinKeys);
        }

        return (keys, known);
    }

    private static List<FeatureField> Fields(FeatureViewDocument document, string path, List<JoinKey> keys, FeatureSource? source, CompileFaults faults)
    {
        if (document.Features.Count is 0 or > MostFeatures)
            faults.Add(path + ".features", document.Features.Count == 0 ? "is missing; a view has at least one feature" : $"has {document.Features.Count} features; a view has at most {MostFeatures}");
        var fields = new List<FeatureField>(document.Features.Count);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < document.Features.Count; at++)
        {
            var feature = document.Features[at];
            var place = $"{path}.features[{at}]";
            if (feature.Expression is not null)
                faults.Add(place + ".expression", "belongs to features of on-demand views only");
            if (FeatureFields.Read(feature, place, faults) is not { } field)
                continue;
            if (!names.Add(field.Name))
                faults.Add(place + ".name", $"is '{field.Name}', which the view has already (names differ by more than case)");
            else if (keys.Exists(key => Same(key.Name, field.Name)))
                faults.Add(place + ".name", $"is '{field.Name}', a join key of the view");
            else if (source is not null && (Same(field.Name, source.TimestampColumn) || Same(field.Name, source.CreatedColumn)))
                faults.Add(place + ".name", $"is '{field.Name}', a time column of source {source.Name}");
            else
                fields.Add(field);
        }

        return fields;
    }

    private static void CheckKeys(List<JoinKey> keys, FeatureSource source, string path, CompileFaults faults)
    {
        foreach (var key in keys.Where(key => Same(source.Column(key.Name), source.TimestampColumn) || Same(source.Column(key.Name), source.CreatedColumn)))
            faults.Add(path + ".entities", $"has the join key '{key.Name}', a time column of source {source.Name}");
    }

    private static (TimeSpan? Ttl, TimeSpan? Freshness, TimeSpan? Lateness) Durations(FeatureViewDocument document, string path, CompileFaults faults)
    {
        var materialization = document.Materialization;
        if (materialization?.Schedule is { } schedule)
        {
            faults.Check(path + ".materialization.schedule", CronSchedule.Read(schedule, out _));
            if (document.Online is false)
                faults.Add(path + ".materialization.schedule", "is given for a view that is not served online");
        }

        return (Read("ttl", document.Ttl), Read("freshness", document.Freshness), Read("materialization.lateness", materialization?.Lateness));

        TimeSpan? Read(string field, string? text)
        {
            if (text is null)
                return null;
            return faults.Check($"{path}.{field}", FeatureDuration.Read(text, out var duration)) ? duration : null;
        }
    }

    private static bool Same(string one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
