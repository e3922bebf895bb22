using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>
/// What a day's traffic says of customer exposure. A number that changes by the minute is told by its band. A band is reached as soon as there is more, and left only when there is
/// half of it or less, so that a number about a bound does not make another assessment each time.
/// </summary>
internal static class TrafficBands
{
    public const string Requests = "requests_per_day";
    public const string Customers = "customers_touched";

    // One person may ask many times, so that requests weigh less than people.
    private static readonly IReadOnlyList<(long Over, int Score)> OfRequests = [(1_000, 2), (10_000, 4), (100_000, 6), (1_000_000, 8)];
    private static readonly IReadOnlyList<(long Over, int Score)> OfCustomers = [(10, 2), (1_000, 4), (10_000, 6), (100_000, 8), (1_000_000, 10)];

    /// <summary>The fact; null where there is too little to say.</summary>
    /// <param name="name"><see cref="Requests"/> or <see cref="Customers"/>.</param>
    /// <param name="number">A day.</param>
    /// <param name="standing">The assessment that stands; null for none.</param>
    public static KnownRisk? Of(string name, long number, RiskAssessment? standing)
    {
        var bands = name == Requests ? OfRequests : OfCustomers;
        var said = standing?.Dimensions.SelectMany(static one => one.Evidence).FirstOrDefault(one => one.Source == RiskScore.Known && one.Name == name)?.Value;
        var found = bands.Where(band => number > band.Over || (number > band.Over / 2 && bands.Any(one => Text(one.Over) == said && one.Over >= band.Over))).ToList();
        return found.Count == 0 ? null : new(RiskScore.CustomerExposure, name, Text(found[^1].Over), found[^1].Score);
    }

    private static string Text(long over) => string.Create(CultureInfo.InvariantCulture, $"more than {over} a day");
}
