using System.Globalization;
using Orrery.Load;
using Orrery.Native;
using Orrery.ServingBench;

if (args is [BareKestrel.Verb])
    return await BareKestrel.ServeAsync();

if (args is [Soak.Verb, ..])
    return await Soak.RunAsync(args[1..]);

// Seconds of each measurement; parts of the names of sections, none for all.
var duration = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 5);
(string Name, Func<TimeSpan, Task> Run)[] sections =
[
    ("protocols", ProtocolBench.RunAsync),
    ("traffic", TrafficBench.RunAsync),
    ("many models", ManyModelsBench.RunAsync),
];
Console.WriteLine($"{Environment.ProcessorCount} cores; {ServedModels.Features} features; {Rounds.Connections} connections; ONNX Runtime {OnnxLibrary.Version}; load average {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]}");
foreach (var (name, run) in sections.Where(section => args.Length < 2 || args.Skip(1).Any(only => section.Name.Contains(only, StringComparison.Ordinal))))
{
    Console.WriteLine($"\n{name}\n");
    await run(duration);
}

return 0;
