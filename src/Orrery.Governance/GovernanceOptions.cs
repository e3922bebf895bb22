namespace Orrery.Governance;

/// <summary>Settings of governance, section <c>Orrery:Governance</c>.</summary>
public sealed class GovernanceOptions
{
    /// <summary>Jobs of governance (evaluations, explanations, scans) that a server runs at once, 1 to 64. Default 1.</summary>
    public int Concurrency { get; set; } = 1;

    /// <summary>Whether versions that the scan of their files refuses are kept from being deployed, promoted, evaluated and asked. Default true.</summary>
    public bool EnforceScans { get; set; } = true;

    /// <summary>File or folder of advisories in OSV's format, against which dependencies of models are matched; null for none.</summary>
    public string? Advisories { get; set; }

    /// <summary>From which severity on a known weakness of a dependency refuses the version: low, medium, high, critical or never. Default critical.</summary>
    public string RefuseWeaknesses { get; set; } = "critical";

    /// <summary>Advisories that do not count.</summary>
    public IgnoredAdvisory[] IgnoredAdvisories { get; set; } = [];

    /// <summary>Value of <see cref="AutomaticProduction"/>: nothing is approved for production automatically.</summary>
    public const string Strict = "strict";

    /// <summary>Value of <see cref="AutomaticProduction"/>: what has proven itself elsewhere may be.</summary>
    public const string Proven = "proven";

    /// <summary>Whether automatic approval may reach production: <c>proven</c> (the same files stand ready in another environment) or <c>strict</c> (never). Default proven.</summary>
    public string AutomaticProduction { get; set; } = Proven;

    /// <summary>How long files must have stood elsewhere before they count as proven, minutes, 0 to 525,600. Default 0.</summary>
    public int ProvenMinutes { get; set; }

    /// <summary>What is wrong with them; empty when nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (Concurrency is < 1 or > 64)
            yield return $"Orrery:Governance:Concurrency is {Concurrency}; it must be 1 to 64.";
        if (Advisories is { } path && !File.Exists(path) && !Directory.Exists(path))
            yield return $"Orrery:Governance:Advisories is '{path}', where nothing is.";
        if (RefuseWeaknesses is not ("low" or "medium" or "high" or "critical" or "never"))
            yield return $"Orrery:Governance:RefuseWeaknesses is '{RefuseWeaknesses}'; it must be low, medium, high, critical or never.";
        if (AutomaticProduction is not (Proven or Strict))
            yield return $"Orrery:Governance:AutomaticProduction is '{AutomaticProduction}'; it must be {Proven} or {Strict}.";
        if (ProvenMinutes is < 0 or > 525_600)
            yield return $"Orrery:Governance:ProvenMinutes is {ProvenMinutes}; it must be 0 to 525600.";
        foreach (var ignored in IgnoredAdvisories.Where(static one => one.Id.Length == 0 || one.Reason.Length == 0))
            yield return $"Orrery:Governance:IgnoredAdvisories has '{ignored.Id}' without an id or a reason.";
    }
}
