namespace Orrery.Serving;

/// <summary>What a model takes and gives.</summary>
/// <param name="Platform">Of the Open Inference Protocol: <c>onnx_onnxv1</c>, <c>sklearn_pickle</c>.</param>
/// <param name="Inputs">In the model's order; empty when it does not say.</param>
/// <param name="Outputs">In the model's order; empty when it does not say.</param>
/// <param name="Columns">Names of the columns of a single input [N, columns], from the signature; empty when it has none.</param>
internal sealed record ModelDeclaration(
    string Platform, IReadOnlyList<ModelTensor> Inputs, IReadOnlyList<ModelTensor> Outputs, IReadOnlyList<string> Columns);
