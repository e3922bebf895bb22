using System.Globalization;
using Orrery.FeaturesOnlineBench;
using Orrery.Load;

if (args is [BareKestrel.Verb])
    return await BareKestrel.ServeAsync();

// Seconds of each measurement, then keys of each view.
var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 5;
var keys = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100_000;
await OnlineBench.RunAsync(TimeSpan.FromSeconds(seconds), keys);
return 0;
