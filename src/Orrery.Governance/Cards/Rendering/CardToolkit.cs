using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>A card as Google's Model Card Toolkit keeps them (schema v0.0.2).</summary>
internal static class CardToolkit
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Write(ModelCard card)
    {
        var values = card.Sections.SelectMany(static section => section.Fields).Where(static field => field.Value is not null).ToDictionary(static field => field.Path, static field => field.Value!.Value);
        string? Text(string path) => values.TryGetValue(path, out var value) ? CardHtml.CardText(value) : null;
        JsonArray List(string path, string member) => Text(path) is { } text ? new JsonArray(new JsonObject { [member] = text }) : [];
        var document = new JsonObject
        {
            ["schema_version"] = "0.0.2",
            ["model_details"] = new JsonObject
            {
                ["name"] = card.Model,
                ["overview"] = Text("model_details.overview"),
                ["owners"] = List("model_details.owners", "name"),
                ["version"] = new JsonObject { ["name"] = card.Version, ["date"] = Text("model_details.registered_at") },
                ["licenses"] = List("model_details.license", "custom_text"),
                ["references"] = List("model_details.references", "reference"),
                ["regulatory_requirements"] = Text("model_details.regulatory_requirements"),
            },
            ["model_parameters"] = new JsonObject
            {
                ["model_architecture"] = Text("model_details.library"),
                ["data"] = Data(values),
                ["input_format"] = Text("model_parameters.inputs"),
                ["output_format"] = Text("model_parameters.outputs"),
            },
            ["quantitative_analysis"] = new JsonObject { ["performance_metrics"] = Metrics(values) },
            ["considerations"] = new JsonObject
            {
                ["users"] = List("intended_use.primary_users", "description"),
                ["use_cases"] = List("intended_use.primary_uses", "description"),
                ["limitations"] = List("considerations.limitations", "description"),
                ["ethical_considerations"] = List("considerations.ethical_considerations", "name"),
            },
        };
        Prune(document);
        return document.ToJsonString(Indented);
    }

    private static JsonArray Data(Dictionary<string, JsonElement> values)
    {
        var data = new JsonArray();
        if (values.TryGetValue("training.datasets", out var sets))
        {
            foreach (var set in sets.EnumerateArray())
                data.Add((JsonNode)new JsonObject { ["name"] = set.GetProperty("name").GetString(), ["description"] = CardHtml.CardText(set) });
        }

        return data;
    }

    private static JsonArray Metrics(Dictionary<string, JsonElement> values)
    {
        var metrics = new JsonArray();
        foreach (var path in new[] { "evaluation.performance", "evaluation.slices" })
        {
            if (!values.TryGetValue(path, out var rows) || rows.ValueKind is not JsonValueKind.Array)
                continue;
            foreach (var row in rows.EnumerateArray())
            {
                if (!row.TryGetProperty("name", out var name) || !row.TryGetProperty("value", out var value))
                    continue;
                metrics.Add((JsonNode)new JsonObject
                {
                    ["type"] = name.GetString(),
                    ["value"] = CardHtml.CardText(value),
                    ["slice"] = row.TryGetProperty("slice", out var slice) ? CardHtml.CardText(slice) : null,
                    ["confidence_interval"] = row.TryGetProperty("lower", out var lower) && row.TryGetProperty("upper", out var upper)
                        ? new JsonObject { ["lower_bound"] = CardHtml.CardText(lower), ["upper_bound"] = CardHtml.CardText(upper) }
                        : null,
                });
            }
        }

        return metrics;
    }

    private static void Prune(JsonObject members)
    {
        foreach (var (name, value) in members.ToList())
        {
            if (value is null or JsonArray { Count: 0 })
                members.Remove(name);
            else if (value is JsonObject inner)
                Prune(inner);
            else if (value is JsonArray list)
                foreach (var item in list.OfType<JsonObject>())
                    Prune(item);
        }
    }
}
