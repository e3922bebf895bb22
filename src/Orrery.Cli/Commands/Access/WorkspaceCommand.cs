using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops workspace</c>.</summary>
internal static class WorkspaceCommand
{
    public static Command Create() => new("workspace", "Workspaces: the teams' namespaces.")
    {
        List(),
        New(),
        new Command("show", "Show the workspace of --workspace.").Does(async session =>
            Show(session, await session.Client.Access.GetWorkspaceAsync(session.Cancel))),
        Update(),
        WorkspaceExport.Create(),
        WorkspaceImport.Create(),
    };

    private static Command List()
    {
        var listing = new Listing();
        return listing.AddTo(new("list", "List the workspaces you have a role in."), search: false).Does(async session =>
        {
            var page = await session.Client.Access.ListWorkspacesPageAsync(Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page,
                page.Workspaces,
                page.NextPageToken,
                ("NAME", workspace => workspace.Name),
                ("TITLE", workspace => workspace.DisplayName),
                ("COST CENTRE", workspace => workspace.CostCentre),
                ("CONTACT", workspace => workspace.Contact));
        });
    }

    private static Command New()
    {
        var name = Verb.Argument("name", "1 to 63 lower-case letters, digits and inner dashes");
        var about = new About();
        return about.AddTo(new("create", "Make a workspace.") { name }).Does(async session => Show(session, await session.Client.Access.CreateWorkspaceAsync(
            new()
            {
                Name = session.Args.GetValue(name)!,
                DisplayName = session.Args.GetValue(about.Title),
                Description = session.Args.GetValue(about.Description),
                CostCentre = session.Args.GetValue(about.CostCentre),
                Contact = session.Args.GetValue(about.Contact),
            },
            session.Cancel)));
    }

    private static Command Update()
    {
        var about = new About();
        var second = new Option<bool?>("--needs-second-factor") { Description = "People need a second factor to work in it" };
        return about.AddTo(new("update", "Change what the workspace of --workspace says of itself.") { second }).Does(async session =>
        {
            var asked = new UpdateWorkspace
            {
                DisplayName = session.Args.GetValue(about.Title),
                Description = session.Args.GetValue(about.Description),
                CostCentre = session.Args.GetValue(about.CostCentre),
                Contact = session.Args.GetValue(about.Contact),
                NeedsSecondFactor = session.Args.GetValue(second),
            };
            if (asked == new UpdateWorkspace())
                throw new UsageException("Nothing is to be changed. What can be: --title, --description, --cost-centre, --contact, --needs-second-factor true or false.");
            Show(session, await session.Client.Access.UpdateWorkspaceAsync(asked, session.Cancel));
        });
    }

    private static void Show(Session session, WorkspaceInfo workspace) => session.Output.Details(
        workspace,
        ("Name", workspace.Name),
        ("Title", workspace.DisplayName),
        ("Description", workspace.Description),
        ("Cost centre", workspace.CostCentre),
        ("Contact", workspace.Contact),
        ("Second factor", workspace.NeedsSecondFactor ? "needed" : "not needed"),
        ("Created", Printable.Time(workspace.CreatedAt)),
        ("Version", workspace.Version.ToString(CultureInfo.InvariantCulture)));

    private sealed class About
    {
        public Option<string?> Title { get; } = Verb.Text("--title", "For people", "text");

        public Option<string?> Description { get; } = Verb.Text("--description", "What the team does", "text");

        public Option<string?> CostCentre { get; } = Verb.Text("--cost-centre", "Whom its cost is charged to", "text");

        public Option<string?> Contact { get; } = Verb.Text("--contact", "Whom to ask for access and quota", "text");

        public Command AddTo(Command command)
        {
            command.Add(Title);
            command.Add(Description);
            command.Add(CostCentre);
            command.Add(Contact);
            return command;
        }
    }
}
