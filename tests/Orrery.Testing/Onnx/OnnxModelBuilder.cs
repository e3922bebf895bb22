using System.Runtime.InteropServices;
using Google.Protobuf;
using Orrery.Onnx;
using Kind = Orrery.Onnx.AttributeProto.Types.AttributeType;

namespace Orrery.Testing;

/// <summary>Builds small ONNX models for tests: IR version 8, opsets ai.onnx 15 and ai.onnx.ml 3.</summary>
public sealed class OnnxModelBuilder
{
    /// <summary>Domain of the operators for tables: trees, classifiers, ZipMap.</summary>
    public const string MachineLearning = "ai.onnx.ml";

    private readonly GraphProto _graph = new() { Name = "test" };
    private readonly ModelProto _model;

    public OnnxModelBuilder() => _model = new()
    {
        IrVersion = 8,
        OpsetImport =
        {
            new OperatorSetIdProto { Domain = "", Version = 15 },
            new OperatorSetIdProto { Domain = MachineLearning, Version = 3 },
        },
        ProducerName = "orrery-tests",
        Graph = _graph,
    };

    /// <summary>A tensor that is given; -1 is a free size.</summary>
    /// <param name="name">Of the input.</param>
    /// <param name="type">Number of the element's type in ONNX: 1 float, 7 int64, 8 text, 9 bool, 11 double.</param>
    /// <param name="shape">Sizes.</param>
    public OnnxModelBuilder Input(string name, int type, params long[] shape)
    {
        _graph.Input.Add(Tensor(name, type, shape));
        return this;
    }

    public OnnxModelBuilder Output(string name, int type, params long[] shape)
    {
        _graph.Output.Add(Tensor(name, type, shape));
        return this;
    }

    /// <summary>An output that is a sequence of maps of a number or text to float, as ZipMap gives.</summary>
    public OnnxModelBuilder MapsOutput(string name, int keyType)
    {
        var map = new TypeProto { MapType = new() { KeyType = keyType, ValueType = new() { TensorType = new() { ElemType = 1 } } } };
        _graph.Output.Add(new ValueInfoProto { Name = name, Type = new() { SequenceType = new() { ElemType = map } } });
        return this;
    }

    public OnnxModelBuilder Constant(string name, float[] values, params long[] shape)
    {
        _graph.Initializer.Add(new TensorProto { Name = name, DataType = 1, Dims = { shape }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)) });
        return this;
    }

    /// <summary>A constant whose values are said to lie in another file.</summary>
    public OnnxModelBuilder ExternalConstant(string name, string location, params long[] shape)
    {
        _graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = 1,
            Dims = { shape },
            DataLocation = TensorProto.Types.DataLocation.External,
            ExternalData = { new StringStringEntryProto { Key = "location", Value = location } },
        });
        return this;
    }

    /// <param name="operation">Such as <c>MatMul</c>.</param>
    /// <param name="inputs">Names.</param>
    /// <param name="outputs">Names.</param>
    /// <param name="domain">Empty for ai.onnx.</param>
    /// <param name="attributes">Values of type long, float, string, or arrays of them.</param>
    public OnnxModelBuilder Node(string operation, string[] inputs, string[] outputs, string domain = "", params (string Name, object Value)[] attributes)
    {
        _graph.Node.Add(new NodeProto
        {
            Name = outputs[0],
            OpType = operation,
            Domain = domain,
            Input = { inputs },
            Output = { outputs },
            Attribute = { attributes.Select(static attribute => Attribute(attribute.Name, attribute.Value)) },
        });
        return this;
    }

    public OnnxModelBuilder Metadata(string key, string value)
    {
        _model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return this;
    }

    public byte[] Build() => _model.ToByteArray();

    private static ValueInfoProto Tensor(string name, int type, long[] shape)
    {
        var dimensions = shape.Select(static size => size < 0
            ? new TensorShapeProto.Types.Dimension { DimParam = "N" }
            : new TensorShapeProto.Types.Dimension { DimValue = size });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = new() { Dim = { dimensions } } } } };
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        long number => new() { Name = name, Type = Kind.Int, I = number },
        float number => new() { Name = name, Type = Kind.Float, F = number },
        string text => new() { Name = name, Type = Kind.String, S = ByteString.CopyFromUtf8(text) },
        long[] numbers => new() { Name = name, Type = Kind.Ints, Ints = { numbers } },
        float[] numbers => new() { Name = name, Type = Kind.Floats, Floats = { numbers } },
        string[] texts => new() { Name = name, Type = Kind.Strings, Strings = { texts.Select(ByteString.CopyFromUtf8) } },
        _ => throw new ArgumentException($"No attribute is a {value.GetType().Name}.", nameof(value)),
    };
}
