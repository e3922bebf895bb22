namespace Orrery.Tests.Unit;

/// <summary>One command line that shows what a verb prints.</summary>
/// <param name="Words">Without the program's name.</param>
internal sealed record VerbCase(IReadOnlyList<string> Words)
{
    /// <summary>What it ends with.</summary>
    public int ExitCode { get; init; }

    /// <summary>It prints a document, with --json too.</summary>
    public bool IsText { get; init; }

    /// <summary>It needs no server.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The file with one's profiles; null for none.</summary>
    public string? Profiles { get; init; }

    /// <summary>Standard input.</summary>
    public string Input { get; init; } = "";

    /// <summary>Values of fields of the server's answers.</summary>
    public Dictionary<string, string> Values { get; init; } = [];

    /// <summary>Fields that the server's answers do not have.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];
}
