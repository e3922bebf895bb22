using Orrery.Onnx;

namespace Churn;

/// <summary>A trained model. Two kinds answer: <see cref="LogisticModel"/> and <see cref="BoostedTrees"/>.</summary>
internal interface IModel
{
    /// <summary>The probability of leaving for each row, in order.</summary>
    public double[] Probabilities(Matrix inputs);

    /// <summary>How much each input matters to this model, in input order; at least 0, adding up to 1.</summary>
    public double[] Importance();

    /// <summary>The same model as a graph: see <see cref="OnnxGraph"/> for its inputs and outputs.</summary>
    public ModelProto ToOnnx();
}
