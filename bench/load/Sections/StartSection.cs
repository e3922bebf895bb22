namespace Orrery.Load;

/// <summary>Starts on the data that the other sections left.</summary>
internal static class StartSection
{
    public const string Name = "start and idle";
    private const int Starts = 5;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    public static async Task<StartResult> RunAsync(Stage stage, CancellationToken cancel)
    {
        var server = stage.Server;
        var loaded = ProcessMemory.Resident(server.ProcessId);
        var times = new List<TimeSpan>();
        for (var start = 0; start < Starts; start++)
        {
            await server.TerminateAsync(cancel);
            await server.RestartAsync(cancel);
            times.Add(server.StartupTime);
        }

        await Task.Delay(Settle, TimeProvider.System, cancel);
        times.Sort();
        var result = new StartResult(times[Starts / 2], times[^1], ProcessMemory.Resident(server.ProcessId), loaded);
        Progress.Say($"{stage.Name,-11} ready in {result.Ready.TotalSeconds:0.00} s, idle {result.IdleBytes / 1e6:0} MB");
        return result;
    }
}
