namespace Orrery.Governance;

/// <summary>What a pickle would do.</summary>
internal sealed class PickleReport
{
    private const int MostProblems = 64;

    private readonly HashSet<(string Rule, string What)> _problems = [];

    /// <summary>What models do not need.</summary>
    public IReadOnlyCollection<(string Rule, string What)> Problems => _problems;

    /// <summary>Whether it makes functions of code that it carries.</summary>
    public bool BringsCode { get; set; }

    /// <summary>Whether one of the problems is of a name that Python could have: chance makes others.</summary>
    public bool IsLikely { get; set; }

    /// <summary>Whether anything is called.</summary>
    public bool Calls { get; set; }

    /// <summary>Whether it came to its end.</summary>
    public bool Ended { get; set; }

    /// <summary>Why it cannot be followed further; null when it can.</summary>
    public string? Broken { get; set; }

    public void Add(string rule, string what)
    {
        if (_problems.Count < MostProblems)
            _problems.Add((rule, what));
    }
}
