using Orrery.Testing;

namespace Orrery.ServingBench;

/// <summary>The rate of two hot models while 198 others are loaded beside them.</summary>
internal static class ManyModelsBench
{
    private const int Models = 200;
    private const int Hot = 2;

    public static async Task RunAsync(TimeSpan duration)
    {
        await using var server = await ServerProcess.StartAsync(["--log-level", "Error"]);
        using var echo = await Echo.StartAsync();
        for (var model = 0; model < Hot; model++)
            await ServedModels.DeployAsync(server, Name(model), Onnx(model));
        byte[][] requests = [.. ServedRequests.V2($"/v2/models/{Name(0)}/infer", 1), .. ServedRequests.V2($"/v2/models/{Name(1)}/infer", 1)];
        Rounds.Head("of an echo");
        Measure($"{Hot} models", server, echo, requests, duration);
        for (var model = Hot; model < Models; model++)
            await ServedModels.DeployAsync(server, Name(model), Onnx(model));
        Measure($"the same, {Models} models loaded", server, echo, requests, duration);
    }

    private static void Measure(string what, ServerProcess server, Echo echo, byte[][] requests, TimeSpan duration)
    {
        var (bare, rate, times, processor) = Rounds.Run(Rounds.Http(echo.Port, ServedRequests.V2("/echo", 1)), Rounds.Http(server.Port, requests), server, duration);
        Rounds.Report($"{what} ({server.ResidentBytes >> 20} MB resident)", 1, rate, times, processor, rate / bare);
    }

    private static string Name(int model) => $"model-{model}";

    // Other weights, so that each is a file of its own.
    private static byte[] Onnx(int model) => OnnxModels.Logistic([.. Enumerable.Range(0, ServedModels.Features).Select(i => (i - 10) * 0.05f + (model * 0.001f))], 0.1f);
}
