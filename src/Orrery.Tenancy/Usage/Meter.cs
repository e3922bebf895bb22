namespace Orrery.Tenancy;

/// <summary>Something that is measured and has a price.</summary>
/// <param name="Name">In facts and prices.</param>
/// <param name="PriceUnit">What a price is for: <c>core-month</c>.</param>
/// <param name="UnitsPerPrice">How many units of the meter that is. A month is 730 hours here.</param>
/// <param name="DefaultPrice">US dollars, where none is set.</param>
internal sealed record Meter(string Name, string PriceUnit, long UnitsPerPrice, decimal DefaultPrice);

/// <summary>What is metered.</summary>
public static class Meters
{
    /// <summary>One processor core for one second.</summary>
    public const string CoreSeconds = "core-seconds";

    /// <summary>One GiB of memory for one second.</summary>
    public const string MemoryGibSeconds = "memory-gib-seconds";

    /// <summary>One GPU for one second; its type is the fact's resource.</summary>
    public const string GpuSeconds = "gpu-seconds";

    /// <summary>One GiB stored for one hour.</summary>
    public const string StorageGibHours = "storage-gib-hours";

    /// <summary>Predictions served. Free by default: what serves them is charged as cores, memory and GPUs.</summary>
    public const string Predictions = "predictions";

    /// <summary>Requests to the platform's API.</summary>
    public const string Requests = "requests";

    private const long MonthHours = 730;
    private const long MonthSeconds = MonthHours * 3600;

    internal static IReadOnlyList<Meter> All { get; } =
    [
        new(CoreSeconds, "core-month", MonthSeconds, 70m),
        new(MemoryGibSeconds, "GiB-month", MonthSeconds, 10m),
        new(GpuSeconds, "GPU-month", MonthSeconds, 2500m),
        new(StorageGibHours, "GiB-month", MonthHours, 0.023m),
        new(Predictions, "1000 predictions", 1000, 0m),
        new(Requests, "1000000 requests", 1_000_000, 1m),
    ];

    internal static Meter? Find(string name) => All.FirstOrDefault(meter => meter.Name == name);
}
