namespace Orrery.Governance;

/// <summary>A range of OSV of type ECOSYSTEM: events in the order of versions.</summary>
/// <param name="Events"><c>introduced</c>, <c>fixed</c> or <c>last_affected</c>, with a version; introduced 0 is before all.</param>
internal sealed record AdvisoryRange(IReadOnlyList<(string Kind, string Text)> Events)
{
    public bool Contains(PyVersion version)
    {
        var isAffected = false;
        var sorted = Events.Select(static one => (one.Kind, Version: one.Text == "0" ? null : PyVersion.Parse(one.Text), one.Text))
            .Where(static one => one.Version is not null || one.Text == "0")
            .OrderBy(static one => one.Version).ThenBy(static one => one.Kind == "introduced" ? 1 : 0);
        foreach (var (kind, at, _) in sorted)
        {
            var order = at is null ? 1 : version.CompareTo(at);
            if (kind == "introduced" && order >= 0)
                isAffected = true;
            else if ((kind == "fixed" && order >= 0) || (kind == "last_affected" && order > 0))
                isAffected = false;
        }

        return isAffected;
    }
}
