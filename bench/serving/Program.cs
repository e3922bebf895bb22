using System.Globalization;
using Orrery.Load;
using Orrery.ServingBench;

if (args is [BareKestrel.Verb])
    return await BareKestrel.ServeAsync();

if (args is [Soak.Verb, ..])
    return await Soak.RunAsync(args[1..]);

// Seconds of each measurement.
var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 5;
await ProtocolBench.RunAsync(TimeSpan.FromSeconds(seconds));
return 0;
