using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops models served</c>.</summary>
internal static class ModelsServed
{
    public static Command Create()
    {
        var environment = new Option<string?>("--environment", "-e") { Description = "Only there", HelpName = "name" };
        var model = Verb.Text("--model", "Only this registered model", "name");
        var asOf = new Option<DateTimeOffset?>("--as-of") { Description = "As it was then; without it, now", HelpName = "time" };
        var listing = new Listing();
        var command = new Command(
            "served",
            """
            Which versions of which models are deployed where, now or at any time since deployments are kept, and who made it so.

            Examples:
              mlops models served --environment production
              mlops models served --environment production --as-of 2026-06-30T12:00:00Z
            """)
        {
            environment, model, asOf,
        };
        return listing.AddTo(command, search: false).Does(async session =>
        {
            var page = await session.Client.Deployments.InventoryPageAsync(
                session.Args.GetValue(environment), session.Args.GetValue(model), session.Args.GetValue(asOf), Math.Min(listing.Limit(session), 1000),
                listing.Token(session), session.Cancel);
            session.Output.List(
                page, page.Entries, page.NextPageToken,
                ("MODEL", static one => one.Model),
                ("VERSION", static one => one.Version),
                ("ENVIRONMENT", static one => one.Environment),
                ("DEPLOYMENT", static one => one.Deployment),
                ("REVISION", static one => DeploymentText.Number(one.Revision)),
                ("SHARE", static one => one.Shadow ? "shadow" : one.Share.ToString("0.##%", CultureInfo.InvariantCulture)),
                ("SINCE", static one => Printable.Time(one.Since)),
                ("BY", static one => one.ChangedBy));
        });
    }
}
