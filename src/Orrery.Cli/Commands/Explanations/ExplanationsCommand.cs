using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops explanations</c>.</summary>
internal static class ExplanationsCommand
{
    public static Command Create() => new("explanations", "List and show explanation reports, end them, and compute them again.")
    {
        ExplanationVerbs.List(),
        ExplanationVerbs.Show(),
        ExplanationVerbs.Cancel(),
        ExplanationVerbs.Reproduce(),
    };
}
