using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Entities and views of a Feast registry.</summary>
internal sealed class FeastViews(FeastGaps gaps, FeastSources sources)
{
    /// <summary>Feast's stand-in for a view without entities.</summary>
    private const string Nobody = "__dummy";

    private readonly Dictionary<string, EntityDocument> _entities = [];
    private readonly Dictionary<string, FeatureViewDocument> _views = [];
    private readonly HashSet<string> _untyped = [];

    public IReadOnlyList<EntityDocument> Entities => [.. _entities.Values.OrderBy(static entity => entity.Name, StringComparer.Ordinal)];

    public IReadOnlyList<FeatureViewDocument> Documents => [.. _views.Values.OrderBy(static view => view.Name, StringComparer.Ordinal)];

    /// <summary>A view that was carried over, by its name in Feast; null for none.</summary>
    public FeatureViewDocument? Find(string name) => _views.GetValueOrDefault(name);

    public void LeaveOut(string kind, string name, string reason) => gaps.LeftOut(kind, name, reason);

    public void AddEntity(WireMessage spec)
    {
        var name = spec.Text(1);
        if (name == Nobody)
            return;
        var key = spec.TextOrNull(4) ?? name;
        if (DefinitionNames.ColumnProblem(key) is { } problem)
        {
            gaps.LeftOut("entity", name, $"its join key {problem}.");
            return;
        }

        if (spec.Number(2) == 0)
            _untyped.Add(name);
        _entities[name] = new()
        {
            Name = gaps.Named("entity", name, isView: false),
            JoinKeys = [new() { Name = key, Type = KeyType("entity", name, spec.Number(2)) }],
            Description = spec.TextOrNull(3),
            Owner = spec.TextOrNull(10),
            Tags = spec.Map(8),
        };
    }

    public void Add(FeastViewSpec spec)
    {
        if (Problem(spec) is { } reason)
        {
            gaps.LeftOut(spec.Kind, spec.Name, reason);
            return;
        }

        var source = Source(spec);
        var features = spec.Features.Select(feature => Feature(spec, feature)).OfType<FeatureDocument>().ToList();
        if (source is null || features.Count == 0)
        {
            gaps.LeftOut(spec.Kind, spec.Name, source is null ? "its source could not be carried over." : "none of its features could be carried over.");
            return;
        }

        if (spec.Code is not null)
            gaps.Changed(spec.Kind, spec.Name, $"has {spec.Code} in code, which is left out: its source must hold the finished values.");
        TypeEntities(spec);
        _views[spec.Name] = new()
        {
            Name = gaps.Named("feature_view", spec.Name, isView: true),
            Entities = [.. spec.Entities.Where(static entity => entity != Nobody).Select(entity => _entities[entity].Name)],
            Source = source,
            Features = features,
            Ttl = spec.Ttl > 0 ? FeatureDuration.Write(TimeSpan.FromSeconds(Math.Min(spec.Ttl, (long)FeatureDuration.Longest.TotalSeconds))) : null,
            Online = spec.IsOnline ? null : false,
            Description = spec.Description,
            Owner = spec.Owner,
            Tags = spec.Tags,
        };
    }

    private string? Problem(FeastViewSpec spec) => spec.Entities.FirstOrDefault(entity => entity != Nobody && !_entities.ContainsKey(entity)) is { } missing
        ? $"its entity '{missing}' could not be carried over."
        : null;

    /// <summary>The stream it is pushed to where that could be carried over, else where its history is.</summary>
    private string? Source(FeastViewSpec spec) =>
        (spec.Stream is { } stream ? sources.Add(stream) : null) ?? (spec.Batch is { } batch ? sources.Add(batch) : null);

    private FeatureDocument? Feature(FeastViewSpec spec, WireMessage feature)
    {
        var (name, number) = (feature.Text(1), feature.Number(2));
        var reference = $"{spec.Name}:{name}";
        if ((DefinitionNames.ColumnProblem(name) ?? ReservedColumns.Problem(name)) is { } problem)
        {
            gaps.LeftOut("feature", reference, $"its name {problem}.");
            return null;
        }

        if (FeastTypes.Of(number) is not { } type)
        {
            gaps.LeftOut("feature", reference, $"values of type {number} are not known.");
            return null;
        }

        if (FeastTypes.Loss(number) is { } loss)
            gaps.Changed("feature", reference, $"is of type {type} here: {loss}.");
        return new() { Name = name, Type = type, Description = feature.TextOrNull(4), Tags = feature.Map(3) };
    }

    // Feast may leave an entity's type to the views' schemas.
    private void TypeEntities(FeastViewSpec spec)
    {
        foreach (var name in spec.Entities.Where(_untyped.Contains))
        {
            var key = _entities[name].JoinKeys[0];
            if (spec.EntityColumns.FirstOrDefault(column => column.Text(1) == key.Name) is { } column && column.Number(2) != 0 && _untyped.Remove(name))
                _entities[name] = _entities[name] with { JoinKeys = [key with { Type = KeyType("entity", name, column.Number(2)) }] };
        }
    }

    private string KeyType(string kind, string name, long number)
    {
        if (number is 0)
            return "string";
        if (FeatureType.TryParse(FeastTypes.Of(number), out var type) && type is { CanBeKey: true, IsList: false })
            return type.ToString();
        gaps.Changed(kind, name, $"its join key is a string here: values of type {number} cannot be a key.");
        return "string";
    }
}
