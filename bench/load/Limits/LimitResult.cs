namespace Orrery.Load;

/// <summary>What the same work costs without us.</summary>
/// <param name="Name">Of the operation it bounds.</param>
/// <param name="What">How it was done.</param>
/// <param name="PerSecond">Requests or batches; for large files millions of bytes.</param>
/// <param name="Ms">Processor milliseconds of one; NaN where that says nothing.</param>
internal sealed record LimitResult(string Name, string What, double PerSecond, double Ms);
