using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops runs equal</c>.</summary>
internal static class RunsEqual
{
    public static Command Create()
    {
        var one = RunsCommand.One();
        return new Command("equal", "List runs with the same code, parameters and data.") { one }.Does(async session =>
        {
            var equal = await session.Client.Runs.GetEqualAsync(session.Args.GetRequiredValue(one), session.Cancel);
            if (!equal.Comparable)
                session.Output.Remark($"The run cannot be compared: {equal.Reason}");
            session.Output.List(
                equal,
                equal.Runs,
                null,
                ("RUN", run => run.RunId),
                ("NAME", run => run.RunName),
                ("STATUS", RunsCommand.Status),
                ("STARTED", run => Printable.Time(run.StartTime)),
                ("USER", run => run.UserId));
        });
    }
}
