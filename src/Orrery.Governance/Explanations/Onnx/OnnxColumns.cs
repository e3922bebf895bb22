namespace Orrery.Governance;

/// <summary>Follows a model's columns through a graph, as far as each column of a tensor is made of one of the model's by arithmetic with constants.</summary>
internal sealed class OnnxColumns
{
    private readonly OnnxGraph _graph;
    private readonly Dictionary<string, ColumnSteps[]> _known = new(StringComparer.Ordinal);

    /// <param name="graph">Of the file.</param>
    /// <param name="widths">Columns of each of the model's inputs, in their order.</param>
    public OnnxColumns(OnnxGraph graph, IReadOnlyDictionary<string, int> widths)
    {
        _graph = graph;
        var feature = 0;
        foreach (var (name, type) in graph.Inputs)
        {
            if (!widths.TryGetValue(name, out var width))
                continue;
            _known[name] = [.. Enumerable.Range(feature, width).Select(place => new ColumnSteps(place, type == OnnxConstant.Float, []))];
            feature += width;
        }

        foreach (var node in graph.Nodes)
        {
            if (node.Outputs.Count == 1 && Follow(node) is { } columns)
                _known[node.Outputs[0]] = columns;
        }
    }

    /// <summary>The columns of a tensor; null when they cannot be followed to there.</summary>
    public IReadOnlyList<ColumnSteps>? Of(string tensor) => _known.GetValueOrDefault(tensor);

    private ColumnSteps[]? Follow(OnnxNode node) => node.Operation switch
    {
        "Identity" => Known(node, 0),
        "Cast" => node.Whole("to", 0) is OnnxConstant.Float or OnnxConstant.Double ? Each(node, ColumnStepKind.Cast, 0, node.Whole("to", 0) == OnnxConstant.Float) : null,
        "Add" => Arithmetic(node, ColumnStepKind.Add, ColumnStepKind.Add),
        "Sub" => Arithmetic(node, ColumnStepKind.Subtract, ColumnStepKind.SubtractFrom),
        "Mul" => Arithmetic(node, ColumnStepKind.Multiply, ColumnStepKind.Multiply),
        "Div" => Arithmetic(node, ColumnStepKind.Divide, null),
        "Scaler" => Scaler(node),
        "Imputer" => Imputer(node),
        "Concat" => node.Whole("axis", 0) is 1 or -1 ? Joined(node) : null,
        "FeatureVectorizer" => Joined(node) is { } joined ? [.. joined.Select(static column => column.Then(new(ColumnStepKind.Cast, 0, IsSingle: true)))] : null,
        "ArrayFeatureExtractor" or "Gather" => Chosen(node),
        _ => null,
    };

    private ColumnSteps[]? Known(OnnxNode node, int place) => node.Inputs.Count > place ? _known.GetValueOrDefault(node.Inputs[place]) : null;

    private double[]? Constant(OnnxNode node, int place, int width) =>
        node.Inputs.Count > place && _graph.Constants.GetValueOrDefault(node.Inputs[place]) is { Values: { } values, Shape: var shape }
            && (values.Length == 1 || (values.Length == width && shape.Count > 0 && shape[^1] == width)) ? values : null;

    // The precision of arithmetic is that of the column, which the graph's own types keep equal to the constant's.
    private ColumnSteps[]? Arithmetic(OnnxNode node, ColumnStepKind kind, ColumnStepKind? swapped)
    {
        if (Known(node, 0) is { } left)
            return Constant(node, 1, left.Length) is { } second ? Each(left, kind, second) : null;
        return swapped is { } other && Known(node, 1) is { } right && Constant(node, 0, right.Length) is { } first ? Each(right, other, first) : null;
    }

    private ColumnSteps[]? Scaler(OnnxNode node)
    {
        if (Known(node, 0) is not { } columns || node.Floats("offset") is not { } offset || node.Floats("scale") is not { } scale || !Fits(offset, columns) || !Fits(scale, columns))
            return null;
        return [.. columns.Select((column, index) => column
            .Then(new(ColumnStepKind.Subtract, offset[offset.Length == 1 ? 0 : index], IsSingle: true))
            .Then(new(ColumnStepKind.Multiply, scale[scale.Length == 1 ? 0 : index], IsSingle: true)))];
    }

    private ColumnSteps[]? Imputer(OnnxNode node)
    {
        if (Known(node, 0) is not { } columns || node.Floats("imputed_value_floats") is not { Length: > 0 } values || !Fits(values, columns) || !double.IsNaN(node.Number("replaced_value_float", 0)))
            return null;
        return Each(columns, ColumnStepKind.FillMissing, values);
    }

    private ColumnSteps[]? Joined(OnnxNode node)
    {
        var joined = new List<ColumnSteps>();
        for (var place = 0; place < node.Inputs.Count; place++)
        {
            if (Known(node, place) is not { } columns)
                return null;
            joined.AddRange(columns);
        }

        return [.. joined];
    }

    private ColumnSteps[]? Chosen(OnnxNode node)
    {
        if (Known(node, 0) is not { } columns || node.Inputs.Count < 2 || _graph.Constants.GetValueOrDefault(node.Inputs[1])?.Values is not { } places)
            return null;
        if (node.Operation == "Gather" && node.Whole("axis", 0) is not (1 or -1))
            return null;
        return places.All(place => place >= 0 && place < columns.Length) ? [.. places.Select(place => columns[(int)place])] : null;
    }

    private ColumnSteps[]? Each(OnnxNode node, ColumnStepKind kind, double constant, bool isSingle) =>
        Known(node, 0)?.Select(column => column.Then(new(kind, constant, isSingle))).ToArray();

    private static ColumnSteps[] Each(ColumnSteps[] columns, ColumnStepKind kind, double[] constants) =>
        [.. columns.Select((column, index) => column.Then(new(kind, constants[constants.Length == 1 ? 0 : index], IsSingle(column))))];

    private static bool IsSingle(ColumnSteps column) => column.Steps.Count > 0 ? column.Steps[^1].IsSingle : column.IsSingle;

    private static bool Fits(double[] values, ColumnSteps[] columns) => values.Length == 1 || values.Length == columns.Length;
}
