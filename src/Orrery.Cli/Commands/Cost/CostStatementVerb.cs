using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops cost statement</c>.</summary>
internal static class CostStatementVerb
{
    public static Command Create()
    {
        var month = CostCommand.Month();
        var csv = Verb.Flag("--csv", "As CSV");
        var close = Verb.Flag("--close", "Make a past month's statement final first");
        return new Command("statement", "What a month's usage costs, line by line.") { month, csv, close }
            .Asks(session => session.Args.GetValue(close) ? $"The statement of {CostCommand.MonthOf(session, month)} is final from then on." : null)
            .Example("mlops cost statement --month 2026-10 --csv").Does(async session =>
        {
            var asked = CostCommand.MonthOf(session, month);
            if (session.Args.GetValue(close))
                await session.Client.Costs.CloseAsync(asked, session.Cancel);
            if (session.Args.GetValue(csv))
            {
                session.Output.Raw(await session.Client.Costs.GetStatementCsvAsync(asked, session.Cancel));
                return;
            }

            var statement = await session.Client.Costs.GetStatementAsync(asked, session.Cancel);
            session.Output.List(
                statement,
                [.. statement.Lines],
                nextPageToken: null,
                ("COST CENTRE", line => line.CostCenter),
                ("OBJECT", line => line.ObjectKind.Length == 0 ? "" : $"{line.ObjectKind} {line.ObjectId}"),
                ("METER", line => line.Resource.Length == 0 ? line.Meter : $"{line.Meter} ({line.Resource})"),
                ("QUANTITY", line => CostCommand.Number(line.Quantity)),
                ("PRICE", line => $"{CostCommand.Number(line.Price)} per {line.Per}"),
                ("AMOUNT", line => CostCommand.Money(line.Amount)),
                ("ADJUSTS", line => line.AdjustmentOf));
            if (!session.Output.IsJson)
                session.Output.Remark($"Total of {statement.Workspace} in {statement.Month}: ${CostCommand.Money(statement.Total)}{(statement.Closed ? ", closed" : ", still open")}");
        });
    }
}
