namespace Orrery.Governance;

/// <summary>Collects what a scan finds, each once, and not without end.</summary>
internal sealed class Findings
{
    private const int MostPerRule = 50;
    private const int LongestPath = 300;

    private readonly Dictionary<string, Finding> _all = [];
    private readonly Dictionary<(string Rule, Severity Severity), int> _byRule = [];

    /// <summary>Worst first, then by place.</summary>
    public IReadOnlyList<Finding> All =>
        [.. _all.Values.OrderByDescending(static one => one.Severity).ThenBy(static one => one.Path, StringComparer.Ordinal).ThenBy(static one => one.Rule, StringComparer.Ordinal).ThenBy(static one => one.Message, StringComparer.Ordinal)];

    public void Add(string rule, Severity severity, string path, string message, IReadOnlyList<string>? references = null)
    {
        var finding = new Finding(rule, severity, path.Length > LongestPath ? path[..LongestPath] + "..." : path, message) { References = references };
        var count = _byRule.GetValueOrDefault((rule, severity));
        if (count < MostPerRule && _all.TryAdd(finding.Fingerprint, finding))
            _byRule[(rule, severity)] = count + 1;
    }
}
