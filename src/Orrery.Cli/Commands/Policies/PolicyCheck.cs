using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops policy check</c>.</summary>
internal static class PolicyCheck
{
    public static Command Create()
    {
        var (model, version, environment) = (RiskCommand.Model(), RiskCommand.Version(), RiskCommand.Environment());
        return new Command("check", "Show how a version stands to the policies in force; ends with 1 when one blocks it.") { model, version, environment }
            .Example("mlops policy check churn-predictor 3 --environment production")
            .Does(async session =>
            {
                var verdict = await session.Client.Policies.CheckAsync(
                    session.Args.GetRequiredValue(model), session.Args.GetRequiredValue(version), session.Args.GetRequiredValue(environment), session.Cancel);
                session.Output.List(
                    verdict, verdict.Rules, null,
                    ("POLICY", static one => one.Policy),
                    ("RULE", static one => one.Rule),
                    ("OUTCOME", static one => one.Outcome),
                    ("MESSAGE", static one => one.Message is null ? null : one.Missing is { } missing ? $"{one.Message} (missing: {missing})" : one.Message));
                return verdict.Passed ? ExitCodes.Ok : ExitCodes.Failed;
            });
    }
}
