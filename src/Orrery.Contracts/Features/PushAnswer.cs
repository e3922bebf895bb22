namespace Orrery.Contracts;

/// <summary>What became of a push: 200 when all rows were taken, 207 when some were refused or set aside.</summary>
[WritesEmptyLists]
public sealed record PushAnswer
{
    /// <summary>How many rows were sent.</summary>
    public int Rows { get; init; }

    /// <summary>How many of them were taken.</summary>
    public int Accepted { get; init; }

    /// <summary>Of the rows taken, by view: how many had an older event than what the online store holds already, which stays.</summary>
    public int Older { get; init; }

    /// <summary>What is wrong with the rows that were refused.</summary>
    public IReadOnlyList<PushError> Errors { get => field ?? []; init; }

    /// <summary>Rows that are in quarantine, as they break a rule that sets rows aside: of the source, or of one of its views, which then goes without.</summary>
    public IReadOnlyList<PushError> Quarantined { get => field ?? []; init; }
}

/// <summary>Why one row of a push was refused or set aside.</summary>
public sealed record PushError
{
    /// <summary>Its place, from 0.</summary>
    public int Row { get; init; }

    /// <summary>The column that is wrong.</summary>
    public string Column { get => field ?? ""; init; }

    /// <summary>What is wrong with it.</summary>
    public string Message { get => field ?? ""; init; }
}
