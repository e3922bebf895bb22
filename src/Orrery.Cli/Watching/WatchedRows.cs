namespace Orrery.Cli;

/// <summary>What a watching verb showed the last time, to tell what is new.</summary>
internal sealed class WatchedRows
{
    private HashSet<string> _before = [];

    /// <summary>Of these lines the ones that were not there the last time.</summary>
    public IEnumerable<string> New(IEnumerable<string> lines)
    {
        var now = lines.ToList();
        var before = _before;
        _before = [.. now];
        return now.Where(line => !before.Contains(line));
    }
}
