namespace Orrery.Load;

/// <summary>The operations that MLflow's own server was measured with.</summary>
internal static class BaselineSection
{
    public const string Name = "baseline";

    public static List<OperationResult> Run(Stage stage, LoadOptions options)
    {
        using var crowd = stage.Connect(options.Connections);
        Progress.Say($"{stage.Name,-11} warming up");
        Heat(stage, crowd, options);
        var bench = new Bench(options, crowd, stage.Meter, stage.Name);
        // What runs a fixed number of times fills the stage for what comes after it.
        return [.. new MlflowOperations(stage).All()
            .Where(operation => operation.Count is not null || options.Wants(Name, operation.Name))
            .Select(operation => bench.Measure(operation))];
    }

    // The runtime compiles what is used again and again a second time, better, in the background. A server that has just started
    // spends more time on that than on requests, whichever operation is measured; a server in use has it behind it.
    private static void Heat(Stage stage, Crowd crowd, LoadOptions options)
    {
        var loops = new Loops(crowd, stage.Meter);
        foreach (var operation in new MlflowOperations(stage, "heat-").All())
            loops.Closed(operation, 2 * options.WarmUp, operation.Count);
    }
}
