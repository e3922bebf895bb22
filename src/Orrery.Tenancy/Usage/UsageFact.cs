using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Something measured: so much of a meter between two moments.</summary>
/// <param name="Key">Names the fact in its workspace, up to 200 characters; written again under the same key it counts once.</param>
/// <param name="Meter">One of <see cref="Meters"/>.</param>
/// <param name="Quantity">In the meter's unit, 0 to 10^9, kept to a millionth.</param>
/// <param name="From">When it began; decides the day and the month. Long work is metered in pieces of an hour or less.</param>
/// <param name="To">When it ended.</param>
public sealed record UsageFact(string Key, string Meter, decimal Quantity, DateTimeOffset From, DateTimeOffset To)
{
    internal const int Scale = 1_000_000;
    private const decimal Most = 1_000_000_000;
    private const int LongestText = 256;

    /// <summary>Type of the GPU; empty where the meter has no types.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Who pays within the workspace; empty for the workspace itself.</summary>
    public string CostCenter { get; init; } = "";

    /// <summary>What used it: <c>model</c>, <c>run</c>, <c>deployment</c>, <c>experiment</c>; empty for nothing in particular.</summary>
    public string ObjectKind { get; init; } = "";

    /// <summary>Its id: for a model, its name.</summary>
    public string ObjectId { get; init; } = "";

    /// <summary>The quantity in millionths.</summary>
    internal long Micros => (long)Math.Round(Quantity * Scale, MidpointRounding.ToEven);

    internal Failure? Fault() => this switch
    {
        { Key.Length: 0 or > 200 } => Wrong($"the key '{Clip(Key)}' has {Key.Length} characters; it must have 1 to 200"),
        _ when Meters.Find(Meter) is null => Wrong($"'{Clip(Meter)}' is not a meter: {string.Join(", ", Meters.All.Select(static m => m.Name))}"),
        { Quantity: < 0 or > Most } => Wrong(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the quantity is {Quantity}; it must be 0 to {Most}")),
        _ when To < From => Wrong($"it ends at {To:O} before it begins at {From:O}"),
        _ when From.Year is < 1970 or > 9000 => Wrong($"it begins in the year {From.Year}"),
        _ when Texts().Any(static text => text.Length > LongestText || text.Any(char.IsControl)) =>
            Wrong($"a name in it is longer than {LongestText} characters or has control characters"),
        _ => null,
    };

    private static Failure Wrong(string what) => Failure.Invalid("tenancy.invalid_usage", $"A usage fact cannot be written: {what}.");

    private static string Clip(string text) => text.Length <= 80 ? text : text[..80] + "...";

    private string[] Texts() => [Key, Resource, CostCenter, ObjectKind, ObjectId];
}
