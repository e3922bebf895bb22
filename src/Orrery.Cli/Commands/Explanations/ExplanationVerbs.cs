using System.CommandLine;

namespace Orrery.Cli;

/// <summary>What can be done with explanation reports that were asked for.</summary>
internal static class ExplanationVerbs
{
    public static Command List()
    {
        var model = Verb.Text("--model", "Only those of this model", "name");
        var version = Verb.Text("--version", "Only those of this version", "n");
        var state = Verb.Text("--state", "Only those that are running, succeeded, failed or cancelled", "state");
        var listing = new Listing();
        return listing.AddTo(new Command("list", "List explanation reports, newest first.") { model, version, state }, search: false).Does(async session =>
        {
            var page = await session.Client.Explanations.ListPageAsync(
                session.Args.GetValue(model), session.Args.GetValue(version), session.Args.GetValue(state), Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page, page.Explanations, page.NextPageToken,
                ("ID", static one => one.Id),
                ("MODEL", static one => $"{one.Spec.Model} {one.Spec.Version}"),
                ("STATE", static one => one.State),
                ("CREATED", static one => Printable.Time(one.CreatedAt)),
                ("BY", static one => one.CreatedBy));
        });
    }

    public static Command Show()
    {
        var id = Id();
        return new Command("show", "Show an explanation report.") { id }.Does(async session =>
            ExplanationText.Show(session, await session.Client.Explanations.GetAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    public static Command Cancel()
    {
        var id = Id();
        return new Command("cancel", "End a report that is being made.") { id }.Does(async session =>
            ExplanationText.Show(session, await session.Client.Explanations.CancelAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    public static Command Reproduce()
    {
        var id = Id();
        return new Command("reproduce", "Compute a report again. Ends with 1 when anything differs, to the last digit.") { id }
            .Example("mlops explanations reproduce 01938f...")
            .Does(async session =>
            {
                var answer = await session.Client.Explanations.ReproduceAsync(session.Args.GetRequiredValue(id), session.Cancel);
                session.Output.Line(answer, answer.Reproduced ? $"Reproduced: {answer.ContentHash}." : $"Not reproduced: {string.Join(", ", answer.Differences)} differ.");
                return answer.Reproduced ? ExitCodes.Ok : ExitCodes.Failed;
            });
    }

    private static Argument<string> Id() => Verb.Argument("id", "The explanation");
}
