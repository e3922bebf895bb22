using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>How a stage ended, or why it waits.</summary>
/// <param name="State"><c>passed</c>, <c>skipped</c>, <c>waiting</c>, <c>failed</c> or <c>rejected</c>.</param>
/// <param name="Message">For people.</param>
internal sealed record StageEnd(string State, string Message)
{
    /// <summary>When to look again, for one that waits.</summary>
    public TimeSpan Again { get; init; }

    public static StageEnd Passed(string message) => new("passed", message);

    public static StageEnd Skipped(string message) => new("skipped", message);

    public static StageEnd Failed(string message) => new("failed", message);

    public static StageEnd Failed(Failure failure) => failure.Kind is FailureKind.Unavailable or FailureKind.Exhausted
        ? Waiting(failure.Message, TimeSpan.FromSeconds(5)) with { IsFault = true }
        : new("failed", failure.Message);

    public static StageEnd Rejected(string message) => new("rejected", message);

    public static StageEnd Waiting(string message, TimeSpan again) => new("waiting", message) { Again = again };

    /// <summary>Waits since something is away, which is not waited for without end.</summary>
    public bool IsFault { get; init; }

    /// <summary>Waits for people, who are told of it once.</summary>
    public bool IsTold { get; init; }
}
