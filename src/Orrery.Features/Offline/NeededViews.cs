namespace Orrery.Features;

/// <summary>A view that a selection needs, with the features of it that anything in the selection needs.</summary>
/// <param name="Name">Of its columns in the join: <c>v0</c>.</param>
/// <param name="View">Which.</param>
/// <param name="Keys">Columns of the table of entity rows that hold its keys.</param>
/// <param name="RequestKeys">The request's columns that they come from.</param>
internal sealed record NeededView(string Name, FeatureView View, IReadOnlyList<string> Keys, IReadOnlyList<string> RequestKeys)
{
    /// <summary>Places of its features, each once.</summary>
    public List<int> Fields { get; } = [];

    /// <summary>What is read for it: of a push source that has one, the source of its history.</summary>
    public FeatureSource Source => View.Source.History;

    /// <summary>The warehouse in which that is; null for the embedded engine.</summary>
    public string? Warehouse => Source.Kind is SourceKind.Table or SourceKind.Query ? Source.Document.Warehouse : null;

    /// <summary>Name of a feature's column in the join's result.</summary>
    public string Column(int field)
    {
        if (!Fields.Contains(field))
            Fields.Add(field);
        return $"{Name}_f{field}";
    }
}

/// <summary>The views that a selection needs, each once for each way in which its keys are named.</summary>
internal sealed class NeededViews
{
    private readonly List<NeededView> _all = [];
    private readonly Dictionary<SelectedFeature, string> _columns = [];
    private readonly Dictionary<(int Projection, int Input), string> _inputs = [];
    private readonly Dictionary<(int Projection, int Request), string> _requests = [];

    public IReadOnlyList<NeededView> All => _all;

    public static NeededViews Of(FeatureSelection selection, EntityNeeds needs)
    {
        var views = new NeededViews();
        for (var at = 0; at < selection.Projections.Count; at++)
        {
            var projection = selection.Projections[at];
            if (projection.View is { } view)
            {
                var needed = views.Add(view, projection.RequestColumn, needs);
                foreach (var feature in selection.Features.Where(feature => feature.Projection == at))
                    views._columns[feature] = needed.Column(feature.Field);
                continue;
            }

            var onDemand = projection.OnDemand!;
            for (var i = 0; i < onDemand.Inputs.Count; i++)
                views._inputs[(at, i)] = views.Add(onDemand.Inputs[i].View, static key => key, needs).Column(onDemand.Inputs[i].Field);
            for (var i = 0; i < onDemand.Request.Count; i++)
                views._requests[(at, i)] = needs.Value(onDemand.Request[i].Name, onDemand.Request[i].Type);
        }

        return views;
    }

    /// <summary>The column of the join that holds a view's feature.</summary>
    public string Column(SelectedFeature feature) => _columns[feature];

    /// <summary>The column of the join that an on-demand view reads.</summary>
    public string Input(int projection, int input) => _inputs[(projection, input)];

    /// <summary>The column of the table of entity rows that an on-demand view reads.</summary>
    public string Request(int projection, int field) => _requests[(projection, field)];

    private NeededView Add(FeatureView view, Func<string, string> requestColumn, EntityNeeds needs)
    {
        var request = view.Keys.Select(key => requestColumn(key.Name)).ToList();
        if (_all.Find(one => ReferenceEquals(one.View, view) && one.RequestKeys.SequenceEqual(request)) is { } known)
            return known;
        var keys = view.Keys.Select((key, i) => needs.Key(request[i], key.Type)).ToList();
        var needed = new NeededView(FormattableString.Invariant($"v{_all.Count}"), view, keys, request);
        _all.Add(needed);
        return needed;
    }
}
