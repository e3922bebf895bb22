using Spectre.Console;

namespace Orrery.Cli;

/// <summary>The colour of a state in a table: red for what went wrong, green for what is well, yellow for what waits or goes on.</summary>
internal static class StateColour
{
    private static readonly Style Bad = new(Color.Red);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Going = new(Color.Yellow);

    public static Style Of(string? state) => state?.ToLowerInvariant() switch
    {
        "failed" or "rejected" or "killed" or "expired" or "blocked" or "overdue" or "broken" or "error" or "denied" => Bad,
        "succeeded" or "finished" or "ready" or "approved" or "active" or "running" or "passed" or "done" or "promoted" or "healthy" => Good,
        "pending" or "queued" or "waiting" or "scheduled" or "deploying" or "open" or "paused" => Going,
        _ => Style.Plain,
    };
}
