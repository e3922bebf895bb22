using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops cost idle</c>.</summary>
internal static class CostIdleVerb
{
    public static Command Create()
    {
        var month = CostCommand.Month();
        return new Command("idle", "What hard quotas reserve and nobody uses.") { month }.Does(async session =>
        {
            var report = await session.Client.Costs.GetIdleAsync(session.Args.GetValue(month), session.Cancel);
            session.Output.List(
                report,
                [.. report.Resources],
                nextPageToken: null,
                ("QUOTA", resource => resource.Kind),
                ("RESERVED", resource => CostCommand.Number(resource.Reserved)),
                ("MEAN USED", resource => CostCommand.Number(resource.MeanUsed)),
                ("IDLE %", resource => CostCommand.Number(resource.IdlePercent)),
                ("IDLE COST", resource => CostCommand.Money(resource.IdleCost)),
                ("A MONTH", resource => CostCommand.Money(resource.ReservationCost)));
        });
    }
}
