using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops risk show</c>.</summary>
internal static class RiskShow
{
    public static Command Create()
    {
        var (model, version, environment) = (RiskCommand.Model(), RiskCommand.Version(), RiskCommand.Environment());
        return new Command("show", "Show the risk of a version in an environment as it is now, and its grounds.") { model, version, environment }
            .Example("mlops risk show churn-predictor 3 --environment production")
            .Does(async session =>
            {
                var found = await session.Client.Risk.AssessAsync(
                    session.Args.GetRequiredValue(model), session.Args.GetRequiredValue(version), session.Args.GetRequiredValue(environment), session.Cancel);
                session.Output.List(
                    found, [.. found.Dimensions.SelectMany(static one => one.Evidence.Select(evidence => (Dimension: one, Evidence: evidence)))], null,
                    ("DIMENSION", static row => row.Dimension.Name),
                    ("OF", static row => row.Evidence.Source),
                    ("WHAT", static row => row.Evidence.Name),
                    ("VALUE", static row => row.Evidence.Value),
                    ("SCORE", static row => row.Evidence.Score.ToString(CultureInfo.InvariantCulture)));
                session.Output.Remark(string.Create(CultureInfo.InvariantCulture, $"{found.Model}/{found.Version} in {found.Environment}: {found.Score} of 50, {found.Tier}."));
                foreach (var trigger in found.Triggers)
                    session.Output.Remark($"People decide because of {trigger.Name}: {trigger.Reason}");
            });
    }
}
