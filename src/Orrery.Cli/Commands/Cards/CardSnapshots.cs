using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops card snapshot</c> and <c>mlops card snapshots</c>.</summary>
internal static class CardSnapshots
{
    public static Command Take()
    {
        var (model, version) = (CardCommand.Model(), CardCommand.Version());
        return new Command("snapshot", "Keep the card of a version as it stands, for good.") { model, version }
            .Example("mlops card snapshot churn-predictor 1")
            .Does(async session =>
            {
                var snapshot = await session.Client.Cards.SnapshotAsync(session.Args.GetRequiredValue(model), session.Args.GetRequiredValue(version), session.Cancel);
                session.Output.Line(snapshot, snapshot.Sha256);
            });
    }

    public static Command List()
    {
        var (model, version) = (CardCommand.Model(), CardCommand.Version());
        var listing = new Listing();
        return listing.AddTo(new Command("snapshots", "List the snapshots of a version's card, newest first.") { model, version }, search: false)
            .Example("mlops card snapshots churn-predictor 1")
            .Does(async session =>
            {
                var page = await session.Client.Cards.SnapshotsPageAsync(
                    session.Args.GetRequiredValue(model), session.Args.GetRequiredValue(version), Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
                session.Output.List(
                    page, page.Snapshots, page.NextPageToken,
                    ("SHA-256", static one => one.Sha256),
                    ("FILLED", static one => one.Score.ToString("P0", CultureInfo.InvariantCulture)),
                    ("TAKEN", static one => Printable.Time(one.CreatedAt)),
                    ("BY", static one => one.CreatedBy));
            });
    }
}
