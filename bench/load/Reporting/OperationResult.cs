namespace Orrery.Load;

/// <summary>What was measured of one operation.</summary>
/// <param name="Name">Of the operation.</param>
/// <param name="Closed">As many requests as eight connections get answered.</param>
/// <param name="Open">Half of that rate, evenly spaced; null for what runs only once.</param>
/// <param name="Alone">One connection; null where that is not asked.</param>
internal sealed record OperationResult(string Name, Measurement Closed, Measurement? Open, Measurement? Alone = null)
{
    public int Failed => Closed.Failed + (Open?.Failed ?? 0) + (Alone?.Failed ?? 0);

    public string? FirstFailure => Closed.FirstFailure ?? Open?.FirstFailure ?? Alone?.FirstFailure;
}
