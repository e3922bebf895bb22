using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops features historical</c>.</summary>
internal static class FeaturesHistorical
{
    public static Command Create()
    {
        var options = new HistoricalOptions();
        var to = new Option<string>("--output", "-o") { Description = "File to write: .parquet, .csv or .json", HelpName = "file", Required = true };
        return options.AddTo(new Command("historical", "Features as they were at each entity row's time. Ctrl-C cancels the server's work, too.") { to })
            .Example("mlops features historical -p rides --entities trips.csv --service tips_v1 -o joined.parquet").Does(async session =>
        {
            var file = session.Args.GetRequiredValue(to);
            var query = options.Read(session, Format(file));
            await PartFile.WriteAsync(file, stream => JobBar.WatchAsync(session.Output, "Joining", tell => session.Client.Features.HistoricalAsync(
                query, stream, job => tell(job.Progress, job.State is "queued" ? "Waiting for the server" : job.Message), session.Cancel)));
            session.Output.Done(file, "written", $"Written to {file}.");
        });
    }

    private static string Format(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".parquet" => "parquet",
        ".csv" => "csv",
        ".json" => "json",
        var other => throw new UsageException($"'{other}' is not an ending of --output that says the format: .parquet, .csv or .json."),
    };
}
