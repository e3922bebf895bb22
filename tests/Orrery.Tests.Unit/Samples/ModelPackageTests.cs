using System.Text;
using System.Text.Json;
using Churn;
using Orrery.Onnx;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class ModelPackageTests
{
    private static readonly IReadOnlyDictionary<string, byte[]> Files = Pack();

    [Fact]
    public void The_folder_holds_what_mlflow_puts_there() => Assert.Equal(
        [
            "MLmodel", "conda.yaml", "input_example.json", "model.onnx", "python_env.yaml", "requirements.txt",
            "serving_input_example.json",
        ],
        Files.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void MLmodel_names_the_run_the_flavours_and_the_time()
    {
        var text = Encoding.UTF8.GetString(Files["MLmodel"]);

        Assert.Contains("\nrun_id: 0123456789abcdef0123456789abcdef\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  onnx:\n", text, StringComparison.Ordinal);
        Assert.Contains("\n    loader_module: mlflow.onnx\n", text, StringComparison.Ordinal);
        Assert.Contains("\nutc_time_created: '2026-01-02 03:04:05.000000'\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  inputs: '[{\"name\": \"features\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_signature_is_json_and_says_what_the_graph_says()
    {
        var (inputs, outputs) = ModelPackage.Signature();
        var graph = ModelProto.Parser.ParseFrom(Files["model.onnx"]).Graph;

        Assert.Equal(graph.Input.Select(Describe), JsonDocument.Parse(inputs).RootElement.EnumerateArray().Select(Describe));
        Assert.Equal(graph.Output.Select(Describe), JsonDocument.Parse(outputs).RootElement.EnumerateArray().Select(Describe));
    }

    [Fact]
    public void The_input_example_is_a_row_that_the_graph_takes()
    {
        var rows = JsonDocument.Parse(Files["serving_input_example.json"]).RootElement.GetProperty("inputs").GetProperty("features");

        Assert.Equal(Churn.Features.All.Count, rows[0].GetArrayLength());
    }

    private static string Describe(ValueInfoProto value) =>
        $"{value.Name} [{string.Join(",", value.Type.TensorType.Shape.Dim.Select(dim => dim.HasDimValue ? dim.DimValue : -1))}]";

    private static string Describe(JsonElement tensor) =>
        $"{tensor.GetProperty("name")} [{string.Join(",", tensor.GetProperty("tensor-spec").GetProperty("shape").EnumerateArray())}]";

    private static IReadOnlyDictionary<string, byte[]> Pack()
    {
        var features = Churn.Features.All.Count;
        var model = new LogisticModel(new(new double[features], [.. Enumerable.Repeat(1.0, features)]), new double[features], 0);
        return ModelPackage.Files(model, new double[features], "0123456789abcdef0123456789abcdef", new FixedTime());
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
