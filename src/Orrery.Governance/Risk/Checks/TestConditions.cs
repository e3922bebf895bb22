using Orrery.Contracts;
using Orrery.Tracking;

namespace Orrery.Governance;

/// <summary>The condition of GOV-08 that tests decide.</summary>
internal static class TestConditions
{
    private const string Prefix = "test.";
    private const string PassedTag = "passed";

    /// <summary>Names and outcomes of the tests that the project declared: tags <c>test.*</c> of the run, and of the version, which stand before the run's.</summary>
    public static IReadOnlyDictionary<string, string> Declared(RiskSubject subject, RunDocument? run)
    {
        var tests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in (run?.Tags ?? []).Concat(subject.Version.Tags).Where(static tag => tag.Key.StartsWith(Prefix, StringComparison.Ordinal) && tag.Key.Length > Prefix.Length))
            tests[tag.Key[Prefix.Length..]] = tag.Value;
        return tests;
    }

    /// <summary>The scan of its files is accepted, its gates pass, and no declared test failed.</summary>
    public static AutomaticCheck Tests(ScanReport? scan, string? scanFailure, EvaluatedVersion evaluated, IReadOnlyDictionary<string, string> declared)
    {
        var missing = new List<string>();
        if (scan is null)
            missing.Add(scanFailure ?? "its files have not been scanned; run mlops scan");
        else if (scan.Verdict == ScanRead.Refused)
            missing.Add($"scan {scan.Id} refuses its files; see mlops scans show {scan.Id}");
        if (!evaluated.Check.Passed)
            missing.Add($"its evaluation gates do not pass ({evaluated.Check.Reason})");
        else if (evaluated.Row?.Passed is false)
            missing.Add($"evaluation {evaluated.Row.Id} does not pass its own gates");
        missing.AddRange(declared.Where(static one => !one.Value.Trim().Equals(PassedTag, StringComparison.OrdinalIgnoreCase)).Select(static one => $"test {one.Key} is '{one.Value}', not {PassedTag}"));
        return missing.Count == 0
            ? new() { Name = "tests", Passed = true, Reason = declared.Count == 0 ? "The scan of its files is accepted and its gates pass; the project declared no tests." : $"The scan of its files is accepted, its gates and {declared.Count} declared tests pass." }
            : new() { Name = "tests", Reason = $"Not all tests pass: {string.Join("; ", missing)}." };
    }
}
