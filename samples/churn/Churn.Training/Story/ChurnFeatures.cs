using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Client;
using Orrery.Contracts;
using Spectre.Console;

namespace Churn;

/// <summary>A training set as the story uses it: its rows as a file, and what runs say of it.</summary>
internal sealed record ChurnTrainingSet(string Id, string ContentHash, string Path, Dataset Dataset);

/// <summary>
/// The features' half of the story: the table goes up as two sources, <c>features.yaml</c> is applied, values go online, and the training set is
/// joined as of the day on which it was known who had left.
/// </summary>
internal sealed class ChurnFeatures(OrreryClient client, IAnsiConsole console)
{
    public const string Project = "churn";
    public const string Service = "churn_predictor";

    /// <summary>The service that gives what the models take, and its features in their order.</summary>
    public const string InputService = "churn_inputs";

    public static readonly IReadOnlyList<string> Inputs =
    [
        "tenure", "monthly_charges", "charges_so_far", "female", "senior_citizen", "partner", "dependents", "phone_service", "paperless_billing",
        "has_multiple_lines", "has_online_security", "has_online_backup", "has_device_protection", "has_tech_support", "has_streaming_tv",
        "has_streaming_movies", "internet_dsl", "internet_fiber", "internet_none", "contract_monthly", "contract_one_year", "contract_two_years",
        "pays_by_transfer", "pays_by_card", "pays_by_electronic_check", "pays_by_mailed_check",
    ];

    // The table has no dates. Its facts are taken to be of the first day, and who left to be known a month later.
    private const string Facts = "2026-01-01T00:00:00Z";
    private const string Labels = "2026-02-01T00:00:00Z";

    private static readonly string[] Subscriptions =
    [
        "phone_service", "multiple_lines", "internet_service", "online_security", "online_backup", "device_protection", "tech_support", "streaming_tv", "streaming_movies",
    ];

    /// <summary>Makes the training set.</summary>
    /// <param name="table">The path of the churn table.</param>
    /// <param name="folder">For files in between.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <exception cref="OrreryApiException">The server refused; 404 when it has no feature store.</exception>
    public async Task<ChurnTrainingSet> MakeAsync(string table, string folder, CancellationToken cancel)
    {
        var rows = Read(table);
        var billing = rows[0].Keys.Where(static column => column is not "churn" && !Subscriptions.Contains(column)).ToArray();
        await UploadAsync(Write(folder, "billing.csv", rows, billing, Facts), cancel);
        await UploadAsync(Write(folder, "subscriptions.csv", rows, Subscriptions, Facts), cancel);
        var yaml = await File.ReadAllTextAsync(System.IO.Path.Combine(AppContext.BaseDirectory, "features.yaml"), cancel);
        var applied = await client.Features.ApplyAsync(Project, yaml, cancel: cancel);
        console.MarkupLineInterpolated($"[bold]Features[/]  project {Project}, revision {applied.Revision}: {rows.Count:N0} customers in two sources");

        await BringOnlineAsync(cancel);
        var set = await client.Features.CreateTrainingSetAsync(
            Project, new HistoricalQuery { Project = Project, Entities = Write(folder, "labels.csv", rows, ["churn"], Labels), Service = Service }, cancel);
        while (set.State is "building")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
            set = await client.Features.GetTrainingSetAsync(Project, set.TrainingSetId, cancel);
        }

        if (set.State is not "ready")
            throw new InvalidDataException($"The training set could not be made: {set.Problem}");
        console.MarkupLineInterpolated($"[bold]Training[/]  set {set.TrainingSetId}, {set.RowCount:N0} rows, hash {set.ContentHash}");
        var path = System.IO.Path.Combine(folder, "training_set.csv");
        await using (var file = File.Create(path))
            await client.Features.DownloadTrainingSetAsync(Project, set.TrainingSetId, "data?format=csv", file, cancel);
        return new(set.TrainingSetId, set.ContentHash!, path, await DescribeAsync(set.TrainingSetId, cancel));
    }

    private async Task BringOnlineAsync(CancellationToken cancel)
    {
        var started = await client.Features.MaterializeAsync(Project, new StartMaterialization { Rebuild = true, Force = true }, cancel);
        foreach (var one in started.Runs)
        {
            var run = one;
            while (run.State is "queued" or "running")
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancel);
                run = await client.Features.GetMaterializationAsync(Project, one.Id, cancel);
            }

            if (run.State is not "succeeded")
                throw new InvalidDataException($"Feature view {run.View} could not be brought online: {run.Error}");
            console.MarkupLineInterpolated($"[bold]Online  [/]  {run.View}: {run.RowsWritten:N0} customers");
        }
    }

    private async Task<Dataset> DescribeAsync(string id, CancellationToken cancel)
    {
        using var all = JsonDocument.Parse(await client.Features.GetTrainingSetTextAsync(Project, id, cancel));
        return all.RootElement.GetProperty("dataset_input").GetProperty("dataset").Deserialize(OrreryJson.TypeOf<Dataset>())!;
    }

    private Task<FeatureFile> UploadAsync(string path, CancellationToken cancel) =>
        client.Features.UploadFileAsync(path, $"{Project}/{System.IO.Path.GetFileName(path)}", cancel);

    private static string Write(string folder, string name, List<Dictionary<string, string>> rows, string[] columns, string time)
    {
        var csv = new StringBuilder("customer_id,event_timestamp,").AppendJoin(',', columns).Append('\n');
        for (var row = 0; row < rows.Count; row++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"C{row:00000},{time},");
            csv.AppendJoin(',', columns.Select(column => rows[row][column])).Append('\n');
        }

        var path = System.IO.Path.Combine(folder, name);
        File.WriteAllText(path, csv.ToString());
        return path;
    }

    // The table quotes texts and has no comma or quote in any.
    private static List<Dictionary<string, string>> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var names = lines[0].Split(',').Select(static name => name.Trim('"')).ToArray();
        return [.. lines.Skip(1).Select(line => names.Zip(line.Split(',')).ToDictionary(static pair => pair.First, static pair => pair.Second.Trim('"')))];
    }
}
