using System.CommandLine;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops migration compare</c>.</summary>
internal static class MigrationCompare
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var id = Verb.Argument("id", "The migration");
        var instances = Verb.Text("--instances", "File with rows: a JSON list, or an object with 'instances'", "file");
        var environment = new Option<string?>("--environment", "-e") { Description = "Environment of the deployment whose logged predictions are asked again", HelpName = "name" };
        var deployment = Verb.Text("--deployment", "Its name", "name");
        var rows = new Option<int?>("--rows") { Description = "Most logged rows [default: 200]", HelpName = "n" };
        var output = Verb.Text("--output", "Output that is compared [default: all]", "name");
        var absolute = new Option<double?>("--atol") { Description = "Absolute tolerance of numbers [default: 1e-6]", HelpName = "n" };
        var relative = new Option<double?>("--rtol") { Description = "Relative tolerance of numbers [default: 1e-4]", HelpName = "n" };
        var wait = Verb.Flag("--no-wait", "Do not wait for the end");
        return new Command("compare", "Ask the old endpoint and the new version the same rows. Ends with 1 when they agree in too few.") { id, instances, environment, deployment, rows, output, absolute, relative, wait }
            .Example("mlops migration compare 01938f... --instances rows.json --rtol 0.001").Does(async session =>
            {
                var migration = session.Args.GetRequiredValue(id);
                var begun = await session.Client.Migrations.CompareAsync(
                    migration,
                    new()
                    {
                        Instances = session.Args.GetValue(instances) is { } file ? await ReadAsync(Verb.Existing(file), session.Cancel) : null,
                        Environment = session.Args.GetValue(environment),
                        Deployment = session.Args.GetValue(deployment),
                        Rows = session.Args.GetValue(rows),
                        Output = session.Args.GetValue(output),
                        AbsoluteTolerance = session.Args.GetValue(absolute),
                        RelativeTolerance = session.Args.GetValue(relative),
                    },
                    session.Cancel);
                if (session.Args.GetValue(wait))
                {
                    MigrationText.Show(session, begun);
                    return ExitCodes.Ok;
                }

                return await FollowAsync(session, migration, begun);
            });
    }

    private static async Task<int> FollowAsync(Session session, string id, ModelMigrationComparison begun)
    {
        while (true)
        {
            var now = await session.Client.Migrations.GetAsync(id, session.Cancel);
            var found = now.Comparisons.FirstOrDefault(one => one.Id == begun.Id) ?? throw new InvalidDataException($"Comparison {begun.Id} is gone.");
            if (found.State is not "running")
            {
                MigrationText.Show(session, found);
                return found.State is "done" && found.Agreement >= now.LeastAgreement ? ExitCodes.Ok : ExitCodes.Failed;
            }

            await Task.Delay(Look, session.Host.Time, session.Cancel);
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> ReadAsync(string file, CancellationToken cancel)
    {
        try
        {
            var root = JsonElement.Parse(await File.ReadAllTextAsync(file, cancel));
            if (root.ValueKind is JsonValueKind.Object && root.TryGetProperty("instances", out var rows))
                root = rows;
            return root.ValueKind is JsonValueKind.Array ? [.. root.EnumerateArray()] : throw new UsageException($"'{file}' is no JSON list, and has no 'instances'.");
        }
        catch (JsonException broken)
        {
            throw new UsageException($"'{file}' is no JSON: {broken.Message}");
        }
    }
}
