namespace Churn;

/// <summary>A point of a curve.</summary>
internal readonly record struct Point(double X, double Y);
