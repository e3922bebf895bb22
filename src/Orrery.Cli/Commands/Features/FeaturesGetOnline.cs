using System.CommandLine;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features get-online</c>.</summary>
internal static class FeaturesGetOnline
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var features = Verb.Texts("--features", "Features, commas between them; may be repeated", "view:feature");
        var service = Verb.Text("--service", "All features of this service, in place of single ones", "name");
        var entities = Verb.Texts("--entity", "A join key or request value. For several rows give it again, put commas between the values, or give a JSON list: zone=[\"a,b\",\"c\"]", "key=value");
        var ttl = Verb.Text("--ttl", "Seconds, or none: what counts in place of the views' ttl", "seconds");
        var full = Verb.Flag("--full-feature-names", "Names with the view before them");
        return new Command("get-online", "Read features online.") { project, features, service, entities, ttl, full }
            .Example("mlops features get-online -p rides --service tips_v1 --entity driver_id=1001,1002 --entity distance_km=12.5,3").Does(async session =>
        {
            var asked = new GetOnlineFeatures
            {
                Features = session.Args.GetValue(features)?.SelectMany(static some => some.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList(),
                FeatureService = session.Args.GetValue(service),
                Entities = Entities(session.Args.GetValue(entities) ?? []),
                FullFeatureNames = session.Args.GetValue(full),
                Ttl = session.Args.GetValue(ttl) is { } text ? Ttl(text) : null,
            };
            if (asked.Features is not { Count: > 0 } && asked.FeatureService is null)
                throw new UsageException("Say which features: --features view:feature, or --service name.");
            var answer = await session.Client.Features.GetOnlineAsync(session.Args.GetRequiredValue(project), asked, session.Cancel);
            session.Output.List(
                answer,
                Rows(answer),
                nextPageToken: null,
                ("FEATURE", static row => row.Name),
                ("VALUE", static row => row.Value),
                ("STATUS", static row => row.Status),
                ("EVENT TIME", static row => row.Time));
        });
    }

    private static Dictionary<string, IReadOnlyList<JsonElement>> Entities(IEnumerable<string> given) => given
        .Select(static text => Verb.Pair(text, "--entity"))
        .GroupBy(static pair => pair.Key)
        .ToDictionary(static key => key.Key, static key => (IReadOnlyList<JsonElement>)[.. key.SelectMany(static pair => Values(pair.Key, pair.Value))]);

    private static IEnumerable<JsonElement> Values(string key, string text)
    {
        if (!text.StartsWith('['))
            return text.Split(',').Select(Text);
        try
        {
            return JsonElement.Parse(text).EnumerateArray();
        }
        catch (JsonException e)
        {
            throw new UsageException($"--entity {key} begins with '[' and is no JSON list: {e.Message}");
        }
    }

    // Values travel as texts: the server casts them to the declared type.
    private static JsonElement Text(string value) => JsonElement.Parse($"\"{JsonEncodedText.Encode(value)}\"");

    private static JsonElement Ttl(string text)
    {
        if (text == "none")
            return Text(text);
        return double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _)
            ? JsonElement.Parse(text)
            : throw new UsageException($"--ttl is '{text}'; it must be seconds, or none.");
    }

    private static List<(string Name, string Value, string Status, string Time)> Rows(OnlineFeatures answer)
    {
        var rows = new List<(string, string, string, string)>();
        var count = answer.Results.Count == 0 ? 0 : answer.Results[0].Values.Count;
        for (var row = 0; row < count; row++)
        {
            for (var column = 0; column < answer.Results.Count; column++)
            {
                var one = answer.Results[column];
                var time = one.EventTimestamps[row] == DateTimeOffset.UnixEpoch ? "" : one.EventTimestamps[row].ToString("u", System.Globalization.CultureInfo.InvariantCulture);
                rows.Add((answer.Metadata.FeatureNames[column], one.Values[row].ToString(), one.Statuses[row], time));
            }
        }

        return rows;
    }
}
