using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops cost leaderboard</c>.</summary>
internal static class CostLeaderboardVerb
{
    public static Command Create()
    {
        var month = CostCommand.Month();
        var least = new Option<long?>("--min-predictions") { Description = "Leave out workspaces with fewer [default: 10000]", HelpName = "n" };
        return new Command("leaderboard", "Workspaces by cost for 1000 predictions.") { month, least }.Does(async session =>
        {
            var board = await session.Client.Costs.GetLeaderboardAsync(session.Args.GetValue(month), session.Args.GetValue(least), session.Cancel);
            session.Output.List(
                board,
                [.. board.Entries],
                nextPageToken: null,
                ("RANK", entry => entry.Rank.ToString(CultureInfo.InvariantCulture)),
                ("WORKSPACE", entry => entry.Workspace),
                ("PER 1000", entry => CostCommand.Number(entry.CostPerThousand)),
                ("PREDICTIONS", entry => CostCommand.Number(entry.Predictions)),
                ("COST", entry => CostCommand.Money(entry.Cost)));
        });
    }
}
