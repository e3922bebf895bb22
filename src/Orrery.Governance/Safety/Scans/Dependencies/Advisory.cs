namespace Orrery.Governance;

/// <summary>A known weakness of a package.</summary>
/// <param name="Id">As its source names it.</param>
/// <param name="Aliases">Other names of it: CVE numbers.</param>
/// <param name="Package">Of PyPI, normalised.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Versions">Versions that have it, each by itself.</param>
/// <param name="Ranges">Versions that have it, in ranges of events.</param>
internal sealed record Advisory(
    string Id, IReadOnlyList<string> Aliases, string Package, string Summary, Severity Severity, IReadOnlySet<string> Versions, IReadOnlyList<AdvisoryRange> Ranges)
{
    /// <summary>Whether a version has it, as OSV's evaluation says.</summary>
    public bool Affects(string version)
    {
        if (Versions.Contains(version))
            return true;
        return PyVersion.Parse(version) is { } parsed && Ranges.Any(range => range.Contains(parsed));
    }

    /// <summary>The first version without it after this one; null when none is known.</summary>
    public string? FixFor(string version) => PyVersion.Parse(version) is not { } parsed ? null
        : Ranges.SelectMany(static range => range.Events).Where(static one => one.Kind == "fixed").Select(static one => (one.Text, Version: PyVersion.Parse(one.Text)))
            .Where(one => one.Version is not null && one.Version.CompareTo(parsed) > 0).MinBy(static one => one.Version).Text;
}
