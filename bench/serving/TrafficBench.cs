using Orrery.Testing;

namespace Orrery.ServingBench;

/// <summary>What a split, sticky users and the prediction log cost together, beside the same model deployed without them.</summary>
internal static class TrafficBench
{
    public static async Task RunAsync(TimeSpan duration)
    {
        await using var server = await ServerProcess.StartAsync(["--log-level", "Error"]);
        var (name, onnx) = ServedModels.All[0];
        await ServedModels.DeployAsync(server, name, onnx);
        await ServedModels.PutSpecAsync(server, "together", $$"""
            {"variants": [{"name": "stable", "model": "{{name}}", "version": "1", "weight": 90}, {"name": "canary", "model": "{{name}}", "version": "1", "weight": 10}],
             "sticky": {"header": "X-User-Id"}, "log": {} }
            """);
        Rounds.Head("of the same without");
        foreach (var sample in new[] { 1.0, 0.1 })
        {
            if (sample < 1)
            {
                await ServedModels.PutSpecAsync(server, "together", $$"""
                    {"variants": [{"name": "stable", "model": "{{name}}", "version": "1", "weight": 90}, {"name": "canary", "model": "{{name}}", "version": "1", "weight": 10}],
                     "sticky": {"header": "X-User-Id"}, "log": {"sample": {{sample.ToString(System.Globalization.CultureInfo.InvariantCulture)}}} }
                    """);
            }

            var (plain, rate, times, processor) = Rounds.Run(
                Rounds.Http(server.Port, ServedRequests.V2($"/v2/models/{name}/infer", 1, "X-User-Id")), Rounds.Http(server.Port, ServedRequests.V2("/v2/models/together/infer", 1, "X-User-Id")), server, duration);
            Rounds.Report("one variant, nothing logged", 1, plain);
            Rounds.Report($"split 90:10, sticky users, {sample:P0} logged", 1, rate, times, processor, rate / plain);
        }
    }
}
