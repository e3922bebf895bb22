using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features quality</c>.</summary>
internal static class FeaturesQuality
{
    public static Command Create() => new("quality", "What came of quality checks: those asked for, and those of materializations, training sets and pushes.")
    {
        List(),
        Show(),
    };

    private static Command List()
    {
        var project = FeaturesCommand.Project();
        var view = Verb.Text("--view", "Only checks of this view", "name");
        var source = Verb.Text("--source", "Only checks of this source", "name");
        var listing = new Listing();
        return listing.AddTo(new Command("list", "List checks, newest first.") { project, view, source }, search: false)
            .Example("mlops features quality list -p rides --view driver_hourly")
            .Does(async session =>
            {
                var page = await session.Client.Features.ListQualityReportsAsync(
                    session.Args.GetValue(project)!, session.Args.GetValue(view), session.Args.GetValue(source), listing.PageLimit(session), listing.Token(session), session.Cancel);
                session.Output.List(
                    page, [.. page.Reports], page.NextPageToken,
                    ("CHECK", static report => report.Id),
                    ("AT", static report => FeaturesRevisions.Time(report.CheckedAt)),
                    ("OF", static report => report.View ?? report.Source),
                    ("FOR", static report => report.Reason),
                    ("ROWS", static report => report.Rows.ToString("N0", CultureInfo.InvariantCulture)),
                    ("SET ASIDE", static report => report.Quarantined.ToString("N0", CultureInfo.InvariantCulture)),
                    ("BROKEN", static report => string.Create(CultureInfo.InvariantCulture, $"{report.Results.Count(static result => !result.Passed)} of {report.Results.Count}")),
                    ("OUTCOME", static report => report.Outcome));
            });
    }

    private static Command Show()
    {
        var project = FeaturesCommand.Project();
        var id = Verb.Argument("check", "Id of the check");
        return new Command("show", "Show one check, rule by rule. Ends with 1 when a rule is broken.") { id, project }
            .Example("mlops features quality show 01938f... -p rides")
            .Does(async session => Report(session, await session.Client.Features.GetQualityReportAsync(session.Args.GetValue(project)!, session.Args.GetRequiredValue(id), session.Cancel)));
    }

    /// <summary>Shows a report rule by rule, and says whether all hold.</summary>
    public static int Report(Session session, QualityReport report)
    {
        session.Output.List(
            report, [.. report.Results], null,
            ("RULE", static result => result.Rule.Expect),
            ("OF", static result => result.Rule.Column ?? string.Join(", ", result.Rule.Columns)),
            ("PASSED", static result => result.Passed ? "yes" : "NO"),
            ("SEVERITY", static result => result.Rule.Severity ?? "warning"),
            ("FOUND", Found));
        session.Output.Remark(string.Create(CultureInfo.InvariantCulture, $"{report.Rows:N0} rows, {report.Outcome}."));
        return report.Results.All(static result => result.Passed) ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static string? Found(QualityResult result) => result.Error ?? result.Observed ?? string.Create(
        CultureInfo.InvariantCulture,
        $"{result.UnexpectedCount} of {result.ElementCount - result.MissingCount} ({result.UnexpectedPercent:0.##} %){(result.Samples.Count > 0 ? ": " + string.Join(", ", result.Samples.Take(3)) : "")}");
}
