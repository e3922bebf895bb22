using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops deployments history</c>.</summary>
internal static class DeploymentsHistory
{
    public static Command Create()
    {
        var (target, listing) = (new DeploymentTarget(), new Listing());
        return listing.AddTo(target.AddTo(new Command("history", "What a deployment was, newest first. 'mlops rollback' goes back to a revision.")), search: false).Does(async session =>
        {
            var page = await session.Client.Deployments.RevisionsPageAsync(
                target.Environment(session), target.Name(session), Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page, page.Revisions, page.NextPageToken,
                ("REVISION", static one => DeploymentText.Number(one.Revision)),
                ("AT", static one => Printable.Time(one.UpdatedAt)),
                ("BY", static one => one.CreatedBy),
                ("TRAFFIC", static one => DeploymentText.Traffic(one.Spec)),
                ("NOTE", static one => one.Spec.Note));
        });
    }
}
