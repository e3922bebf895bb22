using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops evaluations</c>.</summary>
internal static class EvaluationsCommand
{
    public static Command Create() => new("evaluations", "Look at evaluations that were asked for, and end them.") { List(), Show(), Report(), Cancel(), EvaluationGatesCommand.Create() };

    private static Command List()
    {
        var model = Verb.Text("--model", "Only those of this model", "name");
        var version = Verb.Text("--model-version", "Only those of this version", "number");
        var listing = new Listing();
        return listing.AddTo(new Command("list", "List evaluations, newest first.") { model, version }, search: false).Example("mlops evaluations list --model churn").Does(async session =>
        {
            var page = await session.Client.Evaluations.ListPageAsync(
                session.Args.GetValue(model), session.Args.GetValue(version), Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page, page.Evaluations, page.NextPageToken,
                ("ID", static one => one.Id),
                ("MODEL", static one => $"{one.Spec.Model} {one.Spec.Version}"),
                ("TASK", static one => one.Spec.Task),
                ("STATE", static one => one.State),
                ("GATES", static one => one.Passed is { } passed ? passed ? "passed" : "failed" : ""),
                ("CREATED", static one => Printable.Time(one.CreatedAt)),
                ("BY", static one => one.CreatedBy));
        });
    }

    private static Command Show()
    {
        var id = Verb.Argument("id", "The evaluation");
        return new Command("show", "Show an evaluation, or how far it is.") { id }.Example("mlops evaluations show 01938f...").Does(async session =>
            EvaluationText.Show(session, await session.Client.Evaluations.GetAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    private static Command Report()
    {
        var id = Verb.Argument("id", "The evaluation");
        var output = Verb.Text("--output", "File to write; to standard output without", "file");
        return new Command("report", "Write an evaluation as an HTML page with tables and plots.") { id, output }.Example("mlops evaluations report 01938f... --output report.html").Does(async session =>
        {
            var page = await session.Client.Evaluations.ReportAsync(session.Args.GetRequiredValue(id), session.Cancel);
            if (session.Args.GetValue(output) is { } file)
                await File.WriteAllTextAsync(file, page, session.Cancel);
            else
                session.Output.Raw(page);
        });
    }

    private static Command Cancel()
    {
        var id = Verb.Argument("id", "The evaluation");
        return new Command("cancel", "End an evaluation.") { id }.Example("mlops evaluations cancel 01938f...").Does(async session =>
            EvaluationText.Show(session, await session.Client.Evaluations.CancelAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }
}
