namespace Orrery.Contracts;

/// <summary>What a board has before it at its next meeting.</summary>
public sealed record BoardAgenda
{
    /// <summary>The workflow whose board it is.</summary>
    public string Workflow { get => field ?? ""; init; }

    /// <summary>When it meets.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>Until when.</summary>
    public DateTimeOffset Until { get; init; }

    /// <summary>The role that chairs it.</summary>
    public string Chair { get => field ?? ""; init; }

    /// <summary>The roles that sit on it.</summary>
    public IReadOnlyList<string> Roles { get => field ?? []; init; }

    /// <summary>How many must approve.</summary>
    public int Quorum { get; init; }

    /// <summary>What is pending, that due first first.</summary>
    public IReadOnlyList<Approval> Items { get => field ?? []; init; }

    /// <summary>Whether there is more than fits, 200.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>When it was drawn up.</summary>
    public DateTimeOffset At { get; init; }
}
