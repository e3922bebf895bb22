using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops risk</c>.</summary>
internal static class RiskCommand
{
    public static Command Create() => new("risk", "The risk of models: what was answered, what is known, and what comes of it.")
    {
        RiskShow.Create(),
        RiskAnswer.Create(),
        RiskHistory.Create(),
    };

    public static Argument<string> Model() => Verb.Argument("model", "The registered model");

    public static Argument<string> Version() => Verb.Argument("version", "Number of its version");

    public static Option<string> Environment() => new("--environment") { Description = "Where it is to be", HelpName = "name", DefaultValueFactory = _ => "production" };
}
