using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features check</c>.</summary>
internal static class FeaturesCheck
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var view = new Argument<string?>("view") { Description = "A feature view: its rules and its source's", Arity = ArgumentArity.ZeroOrOne };
        var source = Verb.Text("--source", "A source instead: its rules alone", "name");
        return new Command("check", "Check data against quality rules now. Ends with 1 when a rule is broken.") { view, project, source }.Does(async session =>
        {
            var report = await session.Client.Features.CheckQualityAsync(
                session.Args.GetValue(project)!, session.Args.GetValue(view), session.Args.GetValue(source), session.Cancel);
            session.Output.List(
                report, [.. report.Results], null,
                ("RULE", static result => result.Rule.Expect),
                ("OF", static result => result.Rule.Column ?? string.Join(", ", result.Rule.Columns)),
                ("PASSED", static result => result.Passed ? "yes" : "NO"),
                ("SEVERITY", static result => result.Rule.Severity ?? "warning"),
                ("FOUND", Found));
            session.Output.Remark(string.Create(CultureInfo.InvariantCulture, $"{report.Rows:N0} rows, {report.Outcome}."));
            return report.Results.All(static result => result.Passed) ? ExitCodes.Ok : ExitCodes.Failed;
        });
    }

    private static string? Found(QualityResult result) => result.Error ?? result.Observed ?? string.Create(
        CultureInfo.InvariantCulture,
        $"{result.UnexpectedCount} of {result.ElementCount - result.MissingCount} ({result.UnexpectedPercent:0.##} %){(result.Samples.Count > 0 ? ": " + string.Join(", ", result.Samples.Take(3)) : "")}");
}
