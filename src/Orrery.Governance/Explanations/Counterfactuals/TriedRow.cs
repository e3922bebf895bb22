namespace Orrery.Governance;

/// <summary>A row that the model was asked.</summary>
/// <param name="Values">Its columns.</param>
/// <param name="Output">What the model said.</param>
/// <param name="Gap">How far that is from what is wanted; not above 0 where it is as wanted.</param>
/// <param name="Cost">Of its changes.</param>
internal sealed record TriedRow(double[] Values, double Output, double Gap, double Cost)
{
    public bool IsMet => Gap <= 0;

    /// <summary>Orders by cost; what costs the same by its values.</summary>
    public static int Cheaper(TriedRow one, TriedRow other) => one.Cost.CompareTo(other.Cost) is not 0 and var order ? order : one.Values.AsSpan().SequenceCompareTo(other.Values);

    /// <summary>Orders by the gap, then by cost.</summary>
    public static int Nearer(TriedRow one, TriedRow other) => one.Gap.CompareTo(other.Gap) is not 0 and var order ? order : Cheaper(one, other);
}
