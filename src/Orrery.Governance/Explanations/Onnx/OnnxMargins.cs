namespace Orrery.Governance;

/// <summary>Finds in an ONNX file the one ensemble of trees, or weighted sum, that its answers come from.</summary>
internal static class OnnxMargins
{
    /// <summary>The model; null, and why, when there is none whose Shapley values have a closed form.</summary>
    /// <param name="file">Content of the <c>.onnx</c> file.</param>
    /// <param name="widths">Columns of each of the model's inputs.</param>
    /// <param name="reason">Why there is none.</param>
    public static MarginModel? Find(ReadOnlySpan<byte> file, IReadOnlyDictionary<string, int> widths, out string? reason)
    {
        try
        {
            var graph = OnnxGraph.Read(file);
            var cores = graph.Nodes.Where(static node => OnnxTrees.IsOne(node) || OnnxLinear.IsOne(node)).ToList();
            reason = cores.Count switch
            {
                0 => "the graph has no ensemble of trees and no weighted sum",
                1 => null,
                _ => $"the graph has {cores.Count} ensembles and weighted sums, not one",
            };
            if (reason is not null)
                return null;
            var core = cores[0];
            if (core.Inputs.Count == 0 || new OnnxColumns(graph, widths).Of(core.Inputs[0]) is not { } columns)
            {
                reason = $"the columns cannot be followed to {core.Operation}: something else than arithmetic with constants lies between";
                return null;
            }

            MarginModel? model = OnnxTrees.IsOne(core) ? OnnxTrees.Read(core, columns) : OnnxLinear.Read(graph, core, columns);
            reason = model is null ? $"{core.Operation} has attributes that no closed form is known for" : null;
            return model;
        }
        catch (InvalidDataException broken)
        {
            reason = broken.Message;
            return null;
        }
    }
}
