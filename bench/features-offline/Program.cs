using Orrery.FeaturesOfflineBench;

// A folder to work in: how long a store opens.
if (args is [RecoveryBench.Verb, var place])
{
    Directory.CreateDirectory(place);
    await RecoveryBench.RunAsync(place);
    return 0;
}

// A folder to work in, and the flights of the npm package vega-datasets.
if (args is not [var folder, var flights, .. var rest])
{
    Console.Error.WriteLine("Give a folder to work in and the path of flights-3m.parquet; then how many entity rows (1,000,000).");
    return 64;
}

var rows = rest.Length > 0 ? int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 1_000_000;
Directory.CreateDirectory(folder);
using var data = new FlightData(folder, flights, rows);
await JoinBench.RunAsync(data);
await MemoryBench.RunAsync(data);
await MaterializationBench.RunAsync(data);
await DefinitionBench.RunAsync();
return 0;
