using System.Globalization;
using System.Text.Json;
using Google.Protobuf;

namespace Churn;

/// <summary>
/// A model as MLflow keeps one: the files of a folder, which MLflow's clients load with <c>mlflow.onnx</c> or
/// <c>mlflow.pyfunc</c> and which this platform serves.
/// </summary>
internal static class ModelPackage
{
    /// <summary>Where the folder lies among the artifacts of its run.</summary>
    public const string Folder = "model";

    private const string MlflowVersion = "2.17.2";
    private const string OnnxVersion = "1.17.0";
    private const string PythonVersion = "3.11.9";
    private static readonly string[] Requirements = [$"mlflow=={MlflowVersion}", $"onnx=={OnnxVersion}", "onnxruntime>=1.19", "numpy<3"];

    /// <summary>The files by name; the example is one row of inputs.</summary>
    public static IReadOnlyDictionary<string, byte[]> Files(IModel model, ReadOnlySpan<double> example, string runId, TimeProvider time)
    {
        var graph = model.ToOnnx().ToByteArray();
        var inputs = new Dictionary<string, float[][]> { [OnnxGraph.Input] = [Array.ConvertAll(example.ToArray(), value => (float)value)] };
        return new Dictionary<string, byte[]>
        {
            ["MLmodel"] = Utf8(Describe(runId, graph.Length, time.GetUtcNow())),
            ["model.onnx"] = graph,
            ["input_example.json"] = JsonSerializer.SerializeToUtf8Bytes(inputs),
            ["serving_input_example.json"] = JsonSerializer.SerializeToUtf8Bytes(new { inputs }),
            ["requirements.txt"] = Utf8(string.Join('\n', Requirements) + "\n"),
            ["conda.yaml"] = Utf8(CondaEnvironment()),
            ["python_env.yaml"] = Utf8(PythonEnvironment()),
        };
    }

    /// <summary>The inputs and outputs as MLflow writes a signature; the dictionary's values are JSON in text.</summary>
    public static (string Inputs, string Outputs) Signature() => (
        Tensors(Tensor(OnnxGraph.Input, "float32", -1, Features.All.Count)),
        Tensors(Tensor(OnnxGraph.Label, "int64", -1), Tensor(OnnxGraph.Probabilities, "float32", -1, 2)));

    private static string Describe(string runId, long bytes, DateTimeOffset now)
    {
        var (inputs, outputs) = Signature();
        return $"""
            artifact_path: {Folder}
            flavors:
              onnx:
                code: null
                data: model.onnx
                onnx_session_options: null
                onnx_version: {OnnxVersion}
                providers:
                - CPUExecutionProvider
              python_function:
                config: {"{}"}
                data: model.onnx
                env:
                  conda: conda.yaml
                  virtualenv: python_env.yaml
                loader_module: mlflow.onnx
                python_version: {PythonVersion}
            mlflow_version: {MlflowVersion}
            model_size_bytes: {bytes}
            model_uuid: {Guid.CreateVersion7(now):N}
            run_id: {runId}
            saved_input_example_info:
              artifact_path: input_example.json
              serving_input_path: serving_input_example.json
              type: ndarray
            signature:
              inputs: '{inputs}'
              outputs: '{outputs}'
              params: null
            utc_time_created: '{now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}'

            """;
    }

    private static string CondaEnvironment() => $"""
        channels:
        - conda-forge
        dependencies:
        - python={PythonVersion}
        - pip
        - pip:
        {string.Join('\n', Requirements.Select(requirement => $"  - {requirement}"))}
        name: mlflow-env

        """;

    private static string PythonEnvironment() => $"""
        python: {PythonVersion}
        build_dependencies:
        - pip
        dependencies:
        - -r requirements.txt

        """;

    private static string Tensors(params string[] tensors) => $"[{string.Join(", ", tensors)}]";

    private static string Tensor(string name, string type, params int[] shape) =>
        $$$"""{"name": "{{{name}}}", "type": "tensor", "tensor-spec": {"dtype": "{{{type}}}", "shape": [{{{string.Join(", ", shape)}}}]}}""";

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
