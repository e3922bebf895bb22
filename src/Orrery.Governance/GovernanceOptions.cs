namespace Orrery.Governance;

/// <summary>Settings of governance, section <c>Orrery:Governance</c>.</summary>
public sealed class GovernanceOptions
{
    /// <summary>Jobs of governance (evaluations, explanations, scans) that a server runs at once, 1 to 64. Default 1.</summary>
    public int Concurrency { get; set; } = 1;

    /// <summary>What is wrong with them; empty when nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (Concurrency is < 1 or > 64)
            yield return $"Orrery:Governance:Concurrency is {Concurrency}; it must be 1 to 64.";
    }
}
