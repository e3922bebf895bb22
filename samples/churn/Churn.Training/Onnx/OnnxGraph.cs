using System.Runtime.InteropServices;
using Google.Protobuf;
using Orrery.Onnx;
using DataType = Orrery.Onnx.TensorProto.Types.DataType;
using Kind = Orrery.Onnx.AttributeProto.Types.AttributeType;

namespace Churn;

/// <summary>
/// Builds a binary classifier as an ONNX graph. Input <c>features</c>: float [N, F] in the order of <see cref="Features"/>.
/// Outputs: <c>label</c> int64 [N], 1 above a probability of 0.5, and <c>probabilities</c> float [N, 2], of staying and of
/// leaving. IR version 8, opsets ai.onnx 15 and ai.onnx.ml 3: what runtimes since 2022 read.
/// </summary>
internal sealed class OnnxGraph(string name, int features)
{
    public const string Input = "features";
    public const string Label = "label";
    public const string Probabilities = "probabilities";
    private const string MachineLearning = "ai.onnx.ml";

    private readonly GraphProto _graph = new() { Name = name };

    public void Constant(string constant, float[] values, params long[] shape) => _graph.Initializer.Add(new TensorProto
    {
        Name = constant,
        DataType = (int)DataType.Float,
        Dims = { shape },
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)),
    });

    public void Node(string operation, string[] inputs, string output, params AttributeProto[] attributes) => _graph.Node.Add(new NodeProto
    {
        Name = output,
        OpType = operation,
        Input = { inputs },
        Output = { output },
        Attribute = { attributes },
    });

    /// <summary>Adds the trees as one TreeEnsembleRegressor that reads the input and writes their logit, float [N, 1].</summary>
    public void TreeEnsemble(BoostedTrees model, string output)
    {
        var nodes = model.Trees.SelectMany((tree, treeId) => tree.Nodes.Select((node, id) => (TreeId: (long)treeId, Id: (long)id, Node: node))).ToArray();
        var leaves = nodes.Where(entry => entry.Node.IsLeaf).ToArray();
        Node("TreeEnsembleRegressor", [Input], output,
            Ints("nodes_treeids", nodes.Select(entry => entry.TreeId)),
            Ints("nodes_nodeids", nodes.Select(entry => entry.Id)),
            Ints("nodes_featureids", nodes.Select(entry => (long)entry.Node.Feature)),
            Strings("nodes_modes", nodes.Select(entry => entry.Node.IsLeaf ? "LEAF" : "BRANCH_LEQ")),
            Floats("nodes_values", nodes.Select(entry => entry.Node.Threshold)),
            Ints("nodes_truenodeids", nodes.Select(entry => (long)Math.Max(entry.Node.Left, 0))),
            Ints("nodes_falsenodeids", nodes.Select(entry => (long)Math.Max(entry.Node.Right, 0))),
            Ints("target_treeids", leaves.Select(entry => entry.TreeId)),
            Ints("target_nodeids", leaves.Select(entry => entry.Id)),
            Ints("target_ids", leaves.Select(_ => 0L)),
            Floats("target_weights", leaves.Select(entry => (float)(model.LearningRate * entry.Node.Value))),
            Floats("base_values", [(float)model.Prior]),
            Int("n_targets", 1),
            Text("aggregate_function", "SUM"),
            Text("post_transform", "NONE"));
        _graph.Node[^1].Domain = MachineLearning;
    }

    /// <summary>Ends the graph: the logit, float [N, 1], becomes both outputs.</summary>
    public ModelProto Finish(string logit)
    {
        Constant("one", [1f], 1, 1);
        Node("Sigmoid", [logit], "leaving");
        Node("Sub", ["one", "leaving"], "staying");
        Node("Concat", ["staying", "leaving"], Probabilities, Int("axis", 1));
        Node("ArgMax", [Probabilities], Label, Int("axis", 1), Int("keepdims", 0));
        _graph.Input.Add(Value(Input, DataType.Float, features));
        _graph.Output.Add(Value(Label, DataType.Int64));
        _graph.Output.Add(Value(Probabilities, DataType.Float, 2));
        return new ModelProto
        {
            IrVersion = 8,
            OpsetImport =
            {
                new OperatorSetIdProto { Domain = "", Version = 15 },
                new OperatorSetIdProto { Domain = MachineLearning, Version = 3 },
            },
            ProducerName = "orrery-churn",
            DocString = $"Inputs of '{Input}', in order: {string.Join(", ", Features.Names)}.",
            Graph = _graph,
        };
    }

    /// <summary>A tensor of any number of rows; without columns it has one dimension.</summary>
    private static ValueInfoProto Value(string value, DataType type, int? columns = null)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" } } };
        if (columns is { } count)
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = count });
        return new() { Name = value, Type = new() { TensorType = new() { ElemType = (int)type, Shape = shape } } };
    }

    private static AttributeProto Int(string name, long value) => new() { Name = name, Type = Kind.Int, I = value };

    private static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = Kind.String, S = ByteString.CopyFromUtf8(value) };

    private static AttributeProto Ints(string name, IEnumerable<long> values) => new() { Name = name, Type = Kind.Ints, Ints = { values } };

    private static AttributeProto Floats(string name, IEnumerable<float> values) =>
        new() { Name = name, Type = Kind.Floats, Floats = { values } };

    private static AttributeProto Strings(string name, IEnumerable<string> values) =>
        new() { Name = name, Type = Kind.Strings, Strings = { values.Select(ByteString.CopyFromUtf8) } };
}
