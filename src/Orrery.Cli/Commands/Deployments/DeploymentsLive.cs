using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops deployments live</c>.</summary>
internal static class DeploymentsLive
{
    public static Command Create()
    {
        var run = Verb.Text("--run", "The versions that this run made", "id");
        var model = Verb.Text("--model", "A registered model, with --version", "name");
        var version = Verb.Text("--version", "Number of the version", "n");
        var command = new Command(
            "live",
            """
            Where a version, or what a run made, is deployed, and how it fares on the server that answers: requests, errors and latency of the last minute.

            Examples:
              mlops deployments live --model churn --version 3
              mlops deployments live --run 0af7651916cd43dd8448eb211c80319c
            """)
        {
            run, model, version,
        };
        return command.Does(async session =>
        {
            var live = (session.Args.GetValue(run), session.Args.GetValue(model), session.Args.GetValue(version)) switch
            {
                ({ } id, null, null) => await session.Client.Deployments.LiveRunAsync(id, session.Cancel),
                (null, { } name, { } number) => await session.Client.Deployments.LiveVersionAsync(name, number, session.Cancel),
                _ => throw new UsageException("Say of what: --run ID, or --model NAME with --version N."),
            };
            session.Output.List(
                live, live.Served, null,
                ("DEPLOYMENT", static one => one.Deployment),
                ("ENVIRONMENT", static one => one.Environment),
                ("VARIANT", static one => one.Variant),
                ("MODEL", static one => $"{one.Model} {one.Version}"),
                ("SHARE", static one => one.Shadow ? "shadow" : one.Share.ToString("0.##%", CultureInfo.InvariantCulture)),
                ("REQUESTS", static one => (one.Live?.Requests ?? 0).ToString("N0", CultureInfo.InvariantCulture)),
                ("ERRORS", static one => one.Live is { } figures ? figures.ErrorRate.ToString("0.##%", CultureInfo.InvariantCulture) : ""),
                ("P50 MS", static one => Milliseconds(one.Live?.P50Ms)),
                ("P99 MS", static one => Milliseconds(one.Live?.P99Ms)));
        });
    }

    private static string Milliseconds(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "";
}
