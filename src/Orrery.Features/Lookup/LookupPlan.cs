using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>How a lookup reads on one revision of its project. Immutable.</summary>
internal sealed class LookupPlan
{
    private readonly IReadOnlyList<LookupFeature> _features;
    private readonly IReadOnlyList<int> _places;

    public LookupPlan(OnlinePlan online, IReadOnlyList<string> given)
    {
        Online = online;
        Inputs = [.. given.Select(Input)];
        var selection = online.Selection;
        _features = [.. selection.Features.Select((feature, at) => Feature(selection, feature, online.Outputs[at]))];
        _places = [.. Enumerable.Range(0, _features.Count)];
        Sources = [.. online.Reads.Select(static read => read.View.NameWithVersion)];
        Restricted = [.. selection.Projections.SelectMany(Fields).Where(static one => one.Field.IsRestricted || one.Field.IsPii).Select(static one => one.Reference).Distinct()];
        Behind = selection.Projections.SelectMany(Fields).Select(static one => one.Reference).ToHashSet(StringComparer.Ordinal);
        Keys =
        [
            .. selection.Projections.SelectMany(static projection => (projection.View is { } view ? [view] : projection.OnDemand!.Inputs.Select(static input => input.View))
                .Select(one => (IReadOnlyList<(string, string)>)[.. one.Keys.Select(key => (key.Name, projection.RequestColumn(key.Name)))])),
        ];
        Views = online.Reads.Select(static read => read.View.Id).ToHashSet(StringComparer.Ordinal);
    }

    private LookupPlan(LookupPlan plan, IReadOnlyList<int> places) =>
        (Online, Inputs, _features, _places, Sources, Restricted, Behind, Views, Keys) = (plan.Online, plan.Inputs, plan._features, places, plan.Sources, plan.Restricted, plan.Behind, plan.Views, plan.Keys);

    public OnlinePlan Online { get; }

    public IReadOnlyList<LookupInput> Inputs { get; }

    /// <summary>In the order that the lookup was opened with.</summary>
    public IReadOnlyList<LookupFeature> Features => [.. _places.Select(place => _features[place])];

    /// <summary>The views that are read, with their versions.</summary>
    public IReadOnlyList<string> Sources { get; }

    /// <summary>References of what only some may see, shown or read by what is shown.</summary>
    public IReadOnlyList<string> Restricted { get; }

    /// <summary>References of all that is shown, or read by what is shown.</summary>
    public IReadOnlySet<string> Behind { get; }

    /// <summary>Ids of the views that are read.</summary>
    public IReadOnlySet<string> Views { get; }

    /// <summary>Of each view that is read: columns of its key, and the request's columns that they come from.</summary>
    public IReadOnlyList<IReadOnlyList<(string Key, string Column)>> Keys { get; }

    /// <summary>A feature as it is on this revision.</summary>
    /// <param name="feature">Its place when the lookup was opened.</param>
    public LookupFeature this[int feature] => _features[_places[feature]];

    /// <summary>A feature's column in the answer.</summary>
    public OnlineColumn Output(int feature) => Online.Outputs[_places[feature]];

    /// <summary>The plan in the order of a lookup that was opened earlier; <c>features.not_served</c> when it is another by now.</summary>
    public Result<LookupPlan> After(FeatureLookup lookup)
    {
        if (!Inputs.SequenceEqual(lookup.Inputs))
            return Changed(lookup, $"it takes {string.Join(", ", Inputs.Select(static input => $"{input.Name} ({input.Type})"))} now");
        var places = new int[lookup.Features.Count];
        for (var at = 0; at < places.Length; at++)
        {
            var wanted = lookup.Features[at];
            places[at] = _features.ToList().FindIndex(one => one.Name == wanted.Name && one.Type == wanted.Type);
            if (places[at] < 0)
                return Changed(lookup, $"it does not give {wanted.Name} ({wanted.Type}) any more");
        }

        return Restricted.FirstOrDefault(reference => !lookup.Behind.Contains(reference)) is { } marked
            ? Changed(lookup, $"it reads {marked} now, which is restricted")
            : new LookupPlan(this, places);
    }

    private static Failure Changed(FeatureLookup lookup, string what) => Failure.Conflict(
        "features.not_served", $"What is looked up in project {lookup.Project}{(lookup.Service is { } service ? $" by {service}" : "")} has changed: {what}. Deploy the model again.");

    private LookupInput Input(string name)
    {
        var key = Online.KeyColumns.FirstOrDefault(column => column.Name == name);
        var type = key?.Type ?? Online.OnDemand.SelectMany(static one => one.View.Request).First(field => field.Name == name).Type;
        return new(name, type.ToString(), key is not null);
    }

    private static LookupFeature Feature(FeatureSelection selection, SelectedFeature selected, OnlineColumn output)
    {
        var projection = selection.Projections[selected.Projection];
        var field = (projection.View?.Fields ?? projection.OnDemand!.Fields)[selected.Field];
        var view = projection.View?.NameWithVersion ?? $"{projection.OnDemand!.Name}@v{projection.OnDemand.Version}";
        return new(selected.Name, view, field.Name, field.Type.ToString(), Kind(field.Type), output.IsOnDemand ? -1 : output.Source)
        {
            RequestData = [.. projection.OnDemand?.Request.Select(static one => one.Name) ?? []],
        };
    }

    private static LookupKind Kind(FeatureType type) => type switch
    {
        { IsList: true } => LookupKind.Other,
        { Kind: FeatureKind.Bool } => LookupKind.Bool,
        { Kind: FeatureKind.Int32 or FeatureKind.Int64 } => LookupKind.Whole,
        { Kind: FeatureKind.Float32 or FeatureKind.Float64 or FeatureKind.Decimal } => LookupKind.Number,
        { Kind: FeatureKind.String or FeatureKind.Uuid } => LookupKind.Text,
        _ => LookupKind.Other,
    };

    // Those asked for, and those that on-demand views read for them.
    private static IEnumerable<(string Reference, FeatureField Field)> Fields(FeatureProjection projection)
    {
        if (projection.View is { } view)
            return projection.Fields.Select(field => ($"{view.Name}:{view.Fields[field].Name}", view.Fields[field]));
        var onDemand = projection.OnDemand!;
        return projection.Fields.Select(field => ($"{onDemand.Name}:{onDemand.Fields[field].Name}", onDemand.Fields[field]))
            .Concat(onDemand.Inputs.Select(static input => ($"{input.View.Name}:{input.Name}", input.View.Fields[input.Field])));
    }
}
