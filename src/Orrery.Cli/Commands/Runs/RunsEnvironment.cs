using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops runs environment</c>.</summary>
internal static class RunsEnvironment
{
    public static Command Create()
    {
        var one = RunsCommand.One();
        return new Command("environment", "Show where a run ran: runtime, machine, packages.") { one }.Example("mlops runs environment 0f3b6c2a9d1e4b7f8a5c6d7e8f901234").Does(async session =>
        {
            if (await session.Client.Runs.FindEnvironmentAsync(session.Args.GetRequiredValue(one), session.Cancel) is not { } found)
            {
                session.Output.Remark("Nothing was captured of where it ran.");
                return ExitCodes.NotFound;
            }

            session.Output.Details(
                found,
                ("Captured", Printable.Time(found.CapturedAt)),
                ("Runtime", $"{found.Runtime} {found.RuntimeVersion}".Trim()),
                ("System", $"{found.Os} {found.Architecture}".Trim()),
                ("CPUs", found.Cpus?.ToString(CultureInfo.InvariantCulture)),
                ("Memory", found.MemoryBytes is { } bytes ? Printable.Bytes(bytes) : null),
                ("Packages", Printable.Lines(found.Packages.Select(static package => $"{package.Name} {package.Version}"))));
            return ExitCodes.Ok;
        });
    }
}
