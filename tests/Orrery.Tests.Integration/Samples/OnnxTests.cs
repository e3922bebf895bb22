using System.Text.Json;
using Churn;
using Google.Protobuf;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>The exported graphs: valid to the onnx package, and predicting what the models predict.</summary>
public sealed class OnnxTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-onnx-");

    public static TheoryData<string> Kinds => ["logistic", "boosting"];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task The_onnx_checker_accepts_the_graph_and_its_operators_predict_the_same(string kind) =>
        CompareAsync(kind, question => Tools.PythonAsync("onnx_reference.py", "onnx", question));

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task Onnx_runtime_predicts_the_same(string kind) =>
        CompareAsync(kind, question => Tools.NodeAsync("onnxruntime_reference.js", "onnxruntime-node", question));

    private async Task CompareAsync(string kind, Func<object, Task<JsonElement>> ask)
    {
        IModel model = kind is "logistic"
            ? new LogisticRegression(ridge: 1).Fit(ChurnRows.Train, ChurnRows.Valid, _ => { })
            : new GradientBoosting(new() { Trees = 60, Depth = 3, LearningRate = 0.1 }).Fit(ChurnRows.Train, ChurnRows.Valid, _ => { });
        var path = Path.Combine(_folder.FullName, "model.onnx");
        await File.WriteAllBytesAsync(path, model.ToOnnx().ToByteArray(), TestContext.Current.CancellationToken);
        var inputs = ChurnRows.Valid.Inputs;
        var answer = await ask(new { path, rows = ChurnRows.Of(inputs) });

        var expected = model.Probabilities(inputs);
        var probabilities = answer.GetProperty("probabilities").EnumerateArray().Select(ChurnRows.Doubles).ToArray();
        Assert.Equal(expected.Length, probabilities.Length);
        Assert.InRange(expected.Zip(probabilities, (p, pair) => Math.Max(Math.Abs(p - pair[1]), Math.Abs(1 - p - pair[0]))).Max(), 0, 1e-5);
        Assert.Equal(
            probabilities.Select(pair => pair[1] > pair[0] ? 1 : 0),
            answer.GetProperty("label").EnumerateArray().Select(label => label.GetInt32()));
    }
}
