namespace Orrery.Delivery;

/// <summary>What one server saw of a version in a deployment since it looked before.</summary>
/// <param name="At">When it looked, Unix milliseconds.</param>
/// <param name="Node">The server.</param>
/// <param name="Requests">Predictions asked for.</param>
/// <param name="Failed">Those of them that failed there.</param>
/// <param name="Unanswered">Those of the failed that were too slow or not taken on.</param>
/// <param name="P95Ms">Of about the last minute; null without any.</param>
/// <param name="IsReady">Whether it answered with the version.</param>
internal sealed record SignalRow(long At, string Node, long Requests, long Failed, long Unanswered, double? P95Ms, bool IsReady);
