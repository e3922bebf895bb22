using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops policy facts</c>.</summary>
internal static class PolicyFacts
{
    public static Command Create()
    {
        var (model, version, environment) = (RiskCommand.Model(), RiskCommand.Version(), RiskCommand.Environment());
        return new Command("facts", "Show all facts about a version that policies see, for instance to make a fixture of.") { model, version, environment }
            .Example("mlops policy facts churn-predictor 3 --environment production")
            .Does(async session =>
            {
                var found = await session.Client.Policies.FactsAsync(
                    session.Args.GetRequiredValue(model), session.Args.GetRequiredValue(version), session.Args.GetRequiredValue(environment), session.Cancel);
                session.Output.Text(found, found.Facts.GetRawText() + "\n");
            });
    }
}
