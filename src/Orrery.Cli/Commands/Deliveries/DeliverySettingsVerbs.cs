using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops delivery settings</c> and <c>set-settings</c>.</summary>
internal static class DeliverySettingsVerbs
{
    // The server answers what is left out with its value: what is misspelt must not look as if it were set.
    private static readonly JsonSerializerOptions Strict = new(OrreryJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static Command Create()
    {
        var environment = Environment();
        return new Command("settings", "Show what counts for deliveries to an environment: tests, rollback by itself, who is told.") { environment }
            .Example("mlops delivery settings --environment production").Does(async session =>
                Show(session, await session.Client.Deliveries.GetSettingsAsync(session.Args.GetValue(environment), session.Cancel)));
    }

    public static Command CreateSet()
    {
        var file = Verb.Argument("file", "JSON with the names that 'delivery settings --json' shows; what is left out is as for all environments, or as the default");
        var environment = Environment();
        return new Command("set-settings", "Set what counts for deliveries to an environment, or to all.") { file, environment }
            .Example("mlops delivery set-settings careful.json --environment production").Does(async session =>
            {
                var settings = await ReadAsync(Verb.Existing(session.Args.GetRequiredValue(file)), session.Cancel);
                Show(session, await session.Client.Deliveries.SetSettingsAsync(session.Args.GetValue(environment), settings, session.Cancel));
            });
    }

    private static Option<string?> Environment() => new("--environment", "-e") { Description = "The environment [default: what counts for all]", HelpName = "name" };

    private static async Task<DeliverySettings> ReadAsync(string file, CancellationToken cancel)
    {
        try
        {
            return JsonSerializer.Deserialize<DeliverySettings>(await File.ReadAllTextAsync(file, cancel), Strict) ?? throw new UsageException($"{file} holds null; it must hold an object.");
        }
        catch (JsonException wrong)
        {
            throw new UsageException($"{file} holds no settings of deliveries: {wrong.Message}");
        }
    }

    private static void Show(Session session, DeliverySettings settings) => session.Output.Details(
        settings,
        ("Longest p95", $"{Number(settings.MaxP95Ms)} ms over {Number(settings.LatencyTrials)} predictions"),
        ("Changed signature", settings.SignatureChange),
        ("Evaluation required", settings.RequireEvaluation == true ? "yes" : "no"),
        ("Ready within", $"{Number(settings.ReadyMinutes)} min"),
        ("Rollback by itself", settings.Rollback is { Enabled: not false } back
            ? $"over {Number(back.ErrorPercent)} % failures, {Number(back.P95Ratio)} times the p95 before, or under {Number(back.AvailabilityPercent)} % availability; "
                + $"from {Number(back.MinRequests)} requests on, for {Number(back.WatchHours)} h"
            : "off"),
        ("Webhooks", Printable.Lines(settings.Notify?.Webhooks ?? [])),
        ("E-mail", Printable.Lines(settings.Notify?.Emails ?? [])));

    private static string Number(double? value) => value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "-";
}
