using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops policy</c>.</summary>
internal static class PolicyCommand
{
    public static Command Create() => new("policy", "Policies as code: rules over the facts about versions, tested before they count.")
    {
        PolicyVerbs.List(),
        PolicyVerbs.Show(),
        PolicyVerbs.Set(),
        PolicyVerbs.Remove(),
        PolicyTest.Create(),
        PolicyDryRunVerb.Create(),
        PolicyVerbs.Packs(),
        PolicyVerbs.Enable(),
        PolicyVerbs.Diff(),
        PolicyCheck.Create(),
        PolicyFacts.Create(),
    };

    public static Argument<string> File() => Verb.Argument("file", "The policy, YAML or JSON");
}
