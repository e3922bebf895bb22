using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops features historical</c>.</summary>
internal static class FeaturesHistorical
{
    public static Command Create()
    {
        var options = new HistoricalOptions();
        var to = new Option<string>("--output", "-o") { Description = "File to write: .parquet, .csv or .json", HelpName = "file", Required = true };
        return options.AddTo(new Command("historical", "Features as they were at each entity row's time.") { to }).Does(async session =>
        {
            var file = session.Args.GetRequiredValue(to);
            var query = options.Read(session, Format(file));
            var part = file + ".part";
            try
            {
                await using (var stream = File.Create(part))
                    await session.Client.Features.HistoricalAsync(query, stream, cancel: session.Cancel);
                File.Move(part, file, overwrite: true);
            }
            finally
            {
                File.Delete(part);
            }

            session.Output.Remark($"Written to {file}.");
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
