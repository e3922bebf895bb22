namespace Orrery.Delivery;

/// <summary>The ten steps of a migration, in their order.</summary>
internal static class MigrationSteps
{
    public const int Inventory = 1;
    public const int Register = 2;
    public const int Features = 3;
    public const int Evaluate = 4;
    public const int Approve = 5;
    public const int Staging = 6;
    public const int Compare = 7;
    public const int Canary = 8;
    public const int Monitor = 9;
    public const int Cutover = 10;

    public const string Open = "open";
    public const string Done = "done";
    public const string Skipped = "skipped";

    /// <summary>How long the canary is watched before its step is done.</summary>
    public static readonly TimeSpan Watched = TimeSpan.FromDays(7);

    public static readonly IReadOnlyList<MigrationStep> All =
    [
        new(Inventory, "assess", "inventory", "Write down the existing endpoint: owner, URL, traffic, service level", 1),
        new(Register, "assess", "register", "Register the model", 2),
        new(Features, "prepare", "features", "Bring features and data over", 4),
        new(Evaluate, "prepare", "evaluate", "Evaluate the version, and set gates that it passes", 6),
        new(Approve, "prepare", "approve", "Have the risk assessed and approval asked for", 8),
        new(Staging, "move", "staging", "Deploy to staging", 10),
        new(Compare, "move", "compare", "Compare predictions of the old endpoint and the new version", 14),
        new(Canary, "move", "canary", "Give the new version a share of production", 20),
        new(Monitor, "finish", "monitor", "Watch it for one week", 23),
        new(Cutover, "finish", "cutover", "Move all traffic, and decommission the old endpoint", 26),
    ];

    public static bool Ends(string state) => state is Done or Skipped;
}

/// <summary>A step.</summary>
internal sealed record MigrationStep(int Number, string Phase, string Name, string Title, int DueWeek)
{
    /// <summary>The end of its week, Unix milliseconds.</summary>
    public long DueAt(long startedAt) => startedAt + (long)TimeSpan.FromDays(7 * DueWeek).TotalMilliseconds;
}
