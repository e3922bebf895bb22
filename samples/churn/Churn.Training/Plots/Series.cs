namespace Churn;

/// <summary>A named line of a chart, from left to right.</summary>
internal sealed record Series(string Name, string Colour, IReadOnlyList<Point> Points)
{
    public const string Blue = "#2563eb";
    public const string Orange = "#e8710a";
    public const string Green = "#12805c";
    public const string Grey = "#9aa5b1";

    /// <summary>A thin broken line, for what the others are compared with.</summary>
    public bool IsReference { get; init; }

    /// <summary>Dots at the points; their radius grows with the weights when there are any.</summary>
    public bool HasDots { get; init; }

    /// <summary>Sizes of the dots, one for each point; empty for equal ones.</summary>
    public IReadOnlyList<double> Weights { get; init; } = [];
}
