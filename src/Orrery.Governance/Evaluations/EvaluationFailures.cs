using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Governance;

/// <summary>What is told of rows that cannot be read: never a value of them, since failures are kept, logged and shown to people who may not read rows.</summary>
internal static class EvaluationFailures
{
    // Their messages are the engine's, which quotes cells that it cannot convert.
    private static readonly string[] Quoting = ["features.source_unreadable", "features.query_invalid"];

    /// <summary>Of an engine's failure, its kind alone.</summary>
    public static string Unreadable(DuckErrorType type) => $"The rows cannot be read: the engine failed with {type}. Its message is not kept, since it may quote values.";

    /// <summary>A failure of opening the rows, less what may quote values.</summary>
    public static Failure WithoutValues(Failure failure)
    {
        if (!Quoting.Contains(failure.Code) || failure.Message.IndexOf(": ", StringComparison.Ordinal) is not (> 0 and var end))
            return failure;
        return failure with { Message = failure.Message[..end] + ". The engine's message is not kept, since it may quote values." };
    }
}
