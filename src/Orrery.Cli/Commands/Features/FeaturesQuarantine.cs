using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops features quarantine</c>.</summary>
internal static class FeaturesQuarantine
{
    public static Command Create() => new("quarantine", "Rows that quality rules set aside.")
    {
        List(),
        Clear(),
    };

    private static Command List()
    {
        var project = FeaturesCommand.Project();
        var listing = new Listing();
        return listing.AddTo(new Command("list", "List rows that were set aside, newest first, with the rules that they broke.") { project }, search: false)
            .Example("mlops features quarantine list -p rides --limit 20")
            .Does(async session =>
            {
                var page = await session.Client.Features.ListQuarantineAsync(session.Args.GetValue(project)!, listing.PageLimit(session), listing.Token(session), session.Cancel);
                session.Output.List(
                    page, [.. page.Rows], page.NextPageToken,
                    ("CHECK", static row => row.CheckId),
                    ("SOURCE", static row => row.Source),
                    ("AT", static row => FeaturesRevisions.Time(row.QuarantinedAt)),
                    ("BROKE", static row => string.Join(", ", row.Broke)),
                    ("ROW", static row => row.Row));
            });
    }

    private static Command Clear()
    {
        var project = FeaturesCommand.Project();
        var check = Verb.Text("--check", "Only the rows of this check", "id");
        var yes = Confirmation.Option();
        return new Command("clear", "Delete rows that were set aside.") { project, check, yes }
            .Example("mlops features quarantine clear -p rides --check 01938f... --yes")
            .Does(async session =>
            {
                var (name, one) = (session.Args.GetValue(project)!, session.Args.GetValue(check));
                Confirmation.Ask(session, yes, one is null ? $"All rows of project {name} that were set aside would be deleted." : $"The rows that check {one} set aside would be deleted.");
                await session.Client.Features.ClearQuarantineAsync(name, one, session.Cancel);
                session.Output.Done(one ?? name, "cleared", "Deleted.");
            });
    }
}
