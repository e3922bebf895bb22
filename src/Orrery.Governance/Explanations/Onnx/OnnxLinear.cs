namespace Orrery.Governance;

/// <summary>Reads <c>LinearRegressor</c> and <c>LinearClassifier</c> of ai.onnx.ml, and <c>MatMul</c> or <c>Gemm</c> with constants, with an <c>Add</c> after it.</summary>
internal static class OnnxLinear
{
    public static bool IsOne(OnnxNode node) => node.Operation is "LinearRegressor" or "LinearClassifier" or "MatMul" or "Gemm";

    /// <summary>The sums; null when they are not of constants.</summary>
    public static LinearModel? Read(OnnxGraph graph, OnnxNode node, IReadOnlyList<ColumnSteps> columns) => node.Operation switch
    {
        "LinearRegressor" or "LinearClassifier" => Coefficients(node, columns),
        "MatMul" => Product(graph, node, columns),
        _ => General(graph, node, columns),
    };

    private static LinearModel? Coefficients(OnnxNode node, IReadOnlyList<ColumnSteps> columns)
    {
        if (node.Floats("coefficients") is not { Length: > 0 } flat || flat.Length % columns.Count != 0)
            return null;
        var outputs = flat.Length / columns.Count;
        var intercepts = node.Floats("intercepts") is { Length: > 0 } given ? given : new double[outputs];
        return intercepts.Length == outputs ? new(columns, [.. flat.Chunk(columns.Count)], intercepts) : null;
    }

    private static LinearModel? Product(OnnxGraph graph, OnnxNode node, IReadOnlyList<ColumnSteps> columns)
    {
        if (node.Inputs.Count != 2 || Weights(graph, node.Inputs[1], columns.Count, isTransposed: false, 1) is not { } weights)
            return null;
        var added = graph.Nodes.Where(next => next.Operation == "Add" && next.Inputs.Contains(node.Outputs[0])).ToList();
        var intercepts = added is [{ Inputs.Count: 2 } only]
            ? graph.Constants.GetValueOrDefault(only.Inputs[0] == node.Outputs[0] ? only.Inputs[1] : only.Inputs[0])?.Values
            : new double[weights.Length];
        return intercepts?.Length == weights.Length ? new(columns, weights, intercepts) : null;
    }

    // alpha A B + beta C.
    private static LinearModel? General(OnnxGraph graph, OnnxNode node, IReadOnlyList<ColumnSteps> columns)
    {
        if (node.Inputs.Count < 2 || node.Whole("transA", 0) != 0)
            return null;
        if (Weights(graph, node.Inputs[1], columns.Count, node.Whole("transB", 0) != 0, node.Number("alpha", 1)) is not { } weights)
            return null;
        var beta = node.Number("beta", 1);
        var added = node.Inputs.Count > 2 && node.Inputs[2].Length > 0 ? graph.Constants.GetValueOrDefault(node.Inputs[2])?.Values : new double[weights.Length];
        if (added is [var single] && weights.Length > 1)
            added = [.. Enumerable.Repeat(single, weights.Length)];
        return added?.Length == weights.Length ? new(columns, weights, [.. added.Select(value => beta * value)]) : null;
    }

    private static double[][]? Weights(OnnxGraph graph, string name, int columns, bool isTransposed, double factor)
    {
        if (graph.Constants.GetValueOrDefault(name) is not { Values: { } values, Shape: { Count: 2 } shape } || shape[isTransposed ? 1 : 0] != columns || values.Length != shape[0] * shape[1])
            return null;
        var outputs = (int)shape[isTransposed ? 0 : 1];
        return [.. Enumerable.Range(0, outputs).Select(output =>
            Enumerable.Range(0, columns).Select(column => factor * values[isTransposed ? (output * columns) + column : (column * outputs) + output]).ToArray())];
    }
}
