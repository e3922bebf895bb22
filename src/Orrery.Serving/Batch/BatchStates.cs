namespace Orrery.Serving;

/// <summary>States of batch predictions and their partitions, as they are stored and told.</summary>
internal static class BatchStates
{
    public const string Planning = "planning";
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    public const string Pending = "pending";
    public const string Done = "done";

    public static readonly IReadOnlyList<string> All = [Planning, Running, Succeeded, Failed, Cancelled];

    /// <summary>Whether a batch prediction of this state does nothing any more.</summary>
    public static bool IsFinal(string state) => state is Succeeded or Failed or Cancelled;
}
