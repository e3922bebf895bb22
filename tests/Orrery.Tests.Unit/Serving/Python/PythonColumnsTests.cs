using System.Text.Json.Nodes;
using Orrery.Registry;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>What a Python model takes.</summary>
public sealed class PythonColumnsTests
{
    private const string Same = """[{"name": "a", "type": "long"}, {"name": "b", "type": "long"}]""";
    private const string Mixed = """[{"name": "a", "type": "long"}, {"name": "b", "type": "string"}, {"name": "c", "type": "datetime"}]""";

    [Theory]
    [InlineData(Same, "input INT64[-1,2]")]
    [InlineData(Mixed, "a INT64[-1]; b BYTES[-1]; c BYTES[-1]")]
    [InlineData("""[{"name": "a", "type": "string"}]""", "input BYTES[-1,1]")]
    [InlineData("""[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 28, 28]}}]""", "input FP32[-1,28,28]")]
    [InlineData("""[{"name": "x", "type": "tensor", "tensor-spec": {"dtype": "uint8", "shape": [-1]}}, {"name": "y", "type": "tensor", "tensor-spec": {"dtype": "bool", "shape": [-1, 2]}}]""", "x UINT8[-1]; y BOOL[-1,2]")]
    public void The_signature_says(string signature, string inputs) => Assert.Equal(inputs, Inputs(Declare(signature, new PythonReady { Features = 9 })));

    [Theory]
    [InlineData("""{"instances": ["x", "y"]}""")]
    [InlineData("""{"instances": [["x"], ["y"]]}""")]
    [InlineData("""{"inputs": {"input": ["x", "y"]}}""")]
    public void Texts_of_an_only_column_are_rows(string body)
    {
        var model = Declare("""[{"name": "a", "type": "string"}]""", new PythonReady());
        var taken = Assert.Single(PythonInputs.Take(Wire.V1(body, model), model));
        Assert.Equal((DataType.BYTES, 1L, 10), (taken.Type, Assert.Single(taken.Inner), taken.Data.Length));
    }

    [Fact]
    public void Without_a_signature_the_model_says()
    {
        var declared = Declare(null, new PythonReady { Features = 2, Names = ["x", "y"] });

        Assert.Equal("input FP64[-1,2]", Inputs(declared));
        Assert.Equal(["x", "y"], declared.Columns);
        Assert.Equal("input FP64[-1,-1]", Inputs(Declare(null, new PythonReady())));
    }

    [Fact]
    public void A_type_that_cannot_be_served_is_named()
    {
        var refused = Assert.Throws<ModelException>(() => Declare("""[{"name": "a", "type": "array"}, {"name": "b", "type": "long"}]""", new PythonReady()));
        Assert.Equal("Column 'a' of the signature is of the type 'array', which cannot be served.", refused.Message);
    }

    [Fact]
    public void Numbers_of_several_types_may_come_in_one_tensor()
    {
        var model = Declare("""[{"name": "a", "type": "long"}, {"name": "b", "type": "double"}]""", new PythonReady());

        var taken = Assert.Single(PythonInputs.Take(Wire.V2("""{"inputs": [{"name": "x", "shape": [2, 2], "datatype": "FP32", "data": [1, 2.5, 3, 4]}]}"""), model));

        Assert.Equal((DataType.FP64, 2L), (taken.Type, Assert.Single(taken.Inner)));
        Assert.Equal(2.5, BitConverter.ToDouble(taken.Data, 8));
    }

    [Fact]
    public void Columns_of_one_type_may_come_one_by_one_in_any_order()
    {
        var taken = PythonInputs.Take(
            Wire.V2("""{"inputs": [{"name": "b", "shape": [1], "datatype": "INT32", "data": [2]}, {"name": "a", "shape": [1, 1], "datatype": "FP64", "data": [1]}]}"""),
            Declare(Same, new PythonReady()));

        Assert.Equal(["a", "b"], taken.Select(static column => column.Name));
        Assert.Equal([1L, 2L], taken.Select(static column => BitConverter.ToInt64(column.Data)));
    }

    [Theory]
    [InlineData("""{"name": "a", "shape": [1], "datatype": "INT64", "data": [1]}""", "Input 'a' has the shape [1]; the model wants [-1,2], -1 for any size.")]
    [InlineData("""{"name": "a", "shape": [1], "datatype": "INT64", "data": [1]}, {"name": "c", "shape": [1], "datatype": "INT64", "data": [1]}""", "Input 'b' is missing; the model wants a, b.")]
    [InlineData("""{"name": "a", "shape": [1], "datatype": "INT64", "data": [1]}, {"name": "b", "shape": [2], "datatype": "INT64", "data": [1, 2]}""", "Input 'b' has the shape [2]; a column has [rows], as many as the others.")]
    [InlineData("""{"name": "a", "shape": [1], "datatype": "FP64", "data": [1.5]}, {"name": "b", "shape": [1], "datatype": "INT64", "data": [1]}""", "Element 0 of 'a' is 1.5; the model wants INT64.")]
    [InlineData("""{"name": "a", "shape": [1], "datatype": "BYTES", "data": ["1"]}, {"name": "b", "shape": [1], "datatype": "INT64", "data": [1]}""", "Input 'a' is of BYTES; the model wants INT64.")]
    public void What_does_not_fit_is_told(string inputs, string message)
    {
        var wrong = Assert.Throws<TensorException>(() => PythonInputs.Take(Wire.V2($$"""{"inputs": [{{inputs}}]}"""), Declare(Same, new PythonReady())));
        Assert.Equal(message, wrong.Message);
    }

    private static string Inputs(ModelDeclaration declared) => string.Join("; ", declared.Inputs.Select(static input => $"{input.Name} {input}"));

    private static ModelDeclaration Declare(string? signature, PythonReady ready) =>
        PythonColumns.Declare("sklearn_python", new PackageDocument { Inputs = signature is null ? null : JsonNode.Parse(signature) }, ready);
}
