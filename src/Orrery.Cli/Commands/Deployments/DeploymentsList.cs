using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops deployments list</c>.</summary>
internal static class DeploymentsList
{
    public static Command Create()
    {
        var environment = new Option<string?>("--environment", "-e") { Description = "Only those of this environment", HelpName = "name" };
        var listing = new Listing();
        return listing.AddTo(new Command("list", "List deployments by environment and name.") { environment }, search: false).Does(async session =>
        {
            var page = await session.Client.Deployments.ListPageAsync(
                session.Args.GetValue(environment), Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page, page.Deployments, page.NextPageToken,
                ("NAME", static one => one.Name),
                ("ENVIRONMENT", static one => one.Environment),
                ("REVISION", static one => DeploymentText.Number(one.Revision)),
                ("STATE", static one => one.State),
                ("TRAFFIC", static one => DeploymentText.Traffic(one.Spec)),
                ("CHANGED", static one => Printable.Time(one.UpdatedAt)),
                ("BY", static one => one.CreatedBy));
        });
    }
}
