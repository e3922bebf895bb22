using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops runs log</c>.</summary>
internal static class RunsLog
{
    public static Command Create()
    {
        var one = RunsCommand.One();
        var metrics = Verb.Texts("--metric", "A metric point; may be given again", "key=value[@step]");
        var parameters = Verb.Texts("--param", "A parameter; may be given again", "key=value");
        var tags = Verb.Texts("--tag", "A tag; may be given again", "key=value");
        var status = new Option<RunStatus?>("--status") { Description = "Ends or reopens the run", HelpName = "status" };
        var command = new Command("log", "Log metrics, parameters and tags to a run.") { one, metrics, parameters, tags, status };
        return command.Does(async session =>
        {
            var runId = session.Args.GetRequiredValue(one);
            var now = session.Host.Time.GetUtcNow().ToUnixTimeMilliseconds();
            var points = session.Args.GetRequiredValue(metrics).Select(text => Point(text, now)).ToList();
            var pairs = session.Args.GetRequiredValue(parameters).Select(text => Verb.Pair(text, "--param"));
            await using (var log = session.Client.Runs.Write(runId, new() { FlushAfter = TimeSpan.FromMinutes(1) }))
            {
                foreach (var point in points)
                    await log.MetricAsync(point, session.Cancel);
                foreach (var (key, value) in pairs)
                    await log.ParamAsync(key, value, session.Cancel);
                foreach (var tag in Tags.Read(session.Args.GetRequiredValue(tags)))
                    await log.TagAsync(tag.Key, tag.Value, session.Cancel);
            }

            if (session.Args.GetValue(status) is { } wanted)
                await session.Client.Runs.UpdateAsync(Change(runId, wanted, now), session.Cancel);
            if (session.Output.IsJson)
                session.Output.Done(runId, "logged", "");
        });
    }

    private static UpdateRun Change(string runId, RunStatus status, long now) => new()
    {
        RunId = runId,
        Status = status,
        EndTime = status is RunStatus.Finished or RunStatus.Failed or RunStatus.Killed ? now : null,
    };

    private static Metric Point(string text, long now)
    {
        var (key, rest) = Verb.Pair(text, "--metric");
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        var number = at < 0 ? rest : rest[..at];
        var step = at < 0 ? "0" : rest[(at + 1)..];
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            throw new UsageException($"'{number}' in --metric {text} is not a number.");
        if (!long.TryParse(step, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var position))
            throw new UsageException($"'{step}' in --metric {text} is not a whole number.");
        return new Metric(key, value, now, position);
    }
}
