using System.Text;
using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Makes plans.</summary>
internal sealed class OnlinePlanner
{
    private readonly List<KeyColumn> _columns = [];
    private readonly List<int[]> _keySets = [];
    private readonly List<ViewRead> _reads = [];
    private readonly List<OnDemandRead> _onDemand = [];
    private readonly List<string> _viewIds = [];
    private readonly FeatureSelection _selection;
    private string? _restricted;

    private OnlinePlanner(FeatureSelection selection) => _selection = selection;

    /// <summary>Makes the plan of a request.</summary>
    /// <returns>
    /// The failures of <see cref="FeatureSelection"/>; <c>features.view_not_online</c>, <c>features.entity_missing</c>, <c>features.request_data_missing</c>.
    /// </returns>
    public static Result<OnlinePlan> Make(FeatureProject project, OnlineRequest request)
    {
        if (Select(project, request).Failed(out var wrong, out var selection))
            return wrong;
        return new OnlinePlanner(selection).Make([.. request.Columns.Select(column => NameOf(request, column))]);
    }

    /// <summary>Makes the plan of a selection, for requests with the columns that are named.</summary>
    public static Result<OnlinePlan> Make(FeatureSelection selection, IReadOnlyList<string> columns) => new OnlinePlanner(selection).Make(columns);

    private static Result<FeatureSelection> Select(FeatureProject project, OnlineRequest request)
    {
        if (!OnlineRequest.IsEmpty(request.Service))
            return FeatureSelection.OfService(project, JsonSerializer.Deserialize(request.Slice(request.Service), WireJson.Default.String)!, request.FullNames);
        var references = new List<string>();
        if (!OnlineRequest.IsEmpty(request.Features))
        {
            var json = new Utf8JsonReader(request.Slice(request.Features));
            json.Read();
            while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
            {
                if (json.TokenType is not JsonTokenType.String)
                    return Failure.Invalid("features.reference_invalid", $"'features' holds {JsonCast.Show(ref json)}; it must hold references such as \"view:feature\".");
                references.Add(json.GetString()!);
            }
        }

        return FeatureSelection.OfReferences(project, references, request.FullNames);
    }

    private static string NameOf(OnlineRequest request, RequestColumn column) => column.Escaped ?? Encoding.UTF8.GetString(request.Slice(column.Name));

    private Result<OnlinePlan> Make(IReadOnlyList<string> given)
    {
        // Sources of the selection's projections: a read, or a place in the on-demand views.
        var sources = new int[_selection.Projections.Count];
        for (var at = 0; at < sources.Length; at++)
        {
            var projection = _selection.Projections[at];
            var made = projection.View is { } view ? Read(view, projection) : Compute(projection.OnDemand!, projection);
            if (made.Failed(out var wrong, out sources[at]))
                return wrong;
            Show(projection);
        }

        var ofKey = new int[_columns.Count];
        for (var at = 0; at < ofKey.Length; at++)
        {
            ofKey[at] = Place(given, _columns[at].Name);
            if (ofKey[at] < 0)
                return Failure.Invalid("features.entity_missing", $"The request has no entity column {_columns[at].Name}, which the features are looked up by.");
        }

        foreach (var field in _onDemand.SelectMany(static one => one.View.Request))
        {
            if (Place(given, field.Name) < 0)
                return Failure.NotFound("features.request_data_missing", $"Required request data {field.Name} is not among the request's entities.");
        }

        return Finish(given, sources, ofKey);
    }

    private OnlinePlan Finish(IReadOnlyList<string> given, int[] sources, int[] ofKey)
    {
        // A column asked for in two types is echoed in the first.
        var echoed = Enumerable.Range(0, ofKey.Length).DistinctBy(at => ofKey[at]).OrderBy(at => ofKey[at]).ToArray();
        return new()
        {
            Selection = _selection,
            KeyColumns = [.. _columns],
            KeySets = [.. _keySets],
            Reads = [.. _reads],
            OnDemand = [.. _onDemand],
            Echoed = echoed,
            ColumnOfKey = ofKey,
            Outputs = [.. _selection.Features.Select(feature =>
                new OnlineColumn(_selection.Projections[feature.Projection].OnDemand is not null, sources[feature.Projection], feature.Field))],
            Tail = Tail([.. echoed.Select(at => given[ofKey[at]]), .. _selection.Features.Select(static feature => feature.Name)]),
            ViewIds = [.. _viewIds.Distinct()],
            Restricted = _restricted,
        };
    }

    private Result<int> Read(FeatureView view, FeatureProjection projection)
    {
        if (!view.IsOnline)
            return Failure.Conflict("features.view_not_online", $"Feature view {view.Name} is not served online; set 'online: true' in its definition.");
        var keys = KeySet([.. view.Keys.Select(key => Column(projection.RequestColumn(key.Name), key.Type))]);
        var known = _reads.FindIndex(read => read.View == view && read.Keys == keys);
        if (known >= 0)
            return known;
        _reads.Add(new(view, OnlineTable.Of(_selection.Project, view), keys));
        return _reads.Count - 1;
    }

    private Result<int> Compute(OnDemandView view, FeatureProjection projection)
    {
        var inputs = new List<(int Read, int Field)>();
        foreach (var input in view.Inputs)
        {
            if (Read(input.View, projection).Failed(out var wrong, out var read))
                return wrong;
            inputs.Add((read, input.Field));
        }

        _onDemand.Add(new(view, inputs));
        return _onDemand.Count - 1;
    }

    private void Show(FeatureProjection projection)
    {
        if (projection.View is { } view)
        {
            _viewIds.Add(view.Id);
            foreach (var field in projection.Fields)
                Restrict(view.Name, view.Fields[field]);
            return;
        }

        var onDemand = projection.OnDemand!;
        _viewIds.AddRange(onDemand.Inputs.Select(static input => input.View.Id));
        foreach (var field in projection.Fields)
            Restrict(onDemand.Name, onDemand.Fields[field]);
        foreach (var input in onDemand.Inputs)
            Restrict(input.View.Name, input.View.Fields[input.Field]);
    }

    private void Restrict(string view, FeatureField field)
    {
        if (field.IsRestricted || field.IsPii)
            _restricted ??= $"{view}:{field.Name}";
    }

    private int Column(string name, FeatureType type)
    {
        var at = _columns.FindIndex(column => column.Name == name && column.Type == type);
        if (at >= 0)
            return at;
        _columns.Add(new(name, type));
        return _columns.Count - 1;
    }

    private int KeySet(int[] columns)
    {
        var at = _keySets.FindIndex(known => known.AsSpan().SequenceEqual(columns));
        if (at >= 0)
            return at;
        _keySets.Add(columns);
        return _keySets.Count - 1;
    }

    // The last one of a name counts, as in every JSON reader.
    private static int Place(IReadOnlyList<string> given, string name)
    {
        for (var at = given.Count - 1; at >= 0; at--)
        {
            if (given[at] == name)
                return at;
        }

        return -1;
    }

    private static byte[] Tail(IReadOnlyList<string> names)
    {
        using var json = new ByteWriter(1024);
        json.Raw("],\"metadata\":{\"feature_names\":["u8);
        for (var at = 0; at < names.Count; at++)
        {
            if (at > 0)
                json.Raw((byte)',');
            json.Text(names[at]);
        }

        json.Raw("]}}"u8);
        return json.Written.ToArray();
    }
}
