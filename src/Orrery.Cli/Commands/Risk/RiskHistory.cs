using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops risk history</c>.</summary>
internal static class RiskHistory
{
    public static Command Create()
    {
        var (model, version, environment) = (RiskCommand.Model(), RiskCommand.Version(), RiskCommand.Environment());
        var token = Verb.Text("--page-token", "Where the page before ended", "token");
        return new Command("history", "List assessments of a version in an environment, newest first.") { model, version, environment, token }
            .Example("mlops risk history churn-predictor 3 --environment production")
            .Does(async session =>
            {
                var page = await session.Client.Risk.HistoryPageAsync(
                    session.Args.GetRequiredValue(model), session.Args.GetRequiredValue(version), session.Args.GetRequiredValue(environment), null, session.Args.GetValue(token), session.Cancel);
                session.Output.List(
                    page, page.Assessments, page.NextPageToken,
                    ("AT", static one => one.At.ToString("u", CultureInfo.InvariantCulture)),
                    ("SCORE", static one => one.Score.ToString(CultureInfo.InvariantCulture)),
                    ("TIER", static one => one.Tier),
                    ("TRIGGERS", static one => string.Join(", ", one.Triggers.Select(static trigger => trigger.Name))),
                    ("SHA256", static one => one.Sha256[..12]));
            });
    }
}
