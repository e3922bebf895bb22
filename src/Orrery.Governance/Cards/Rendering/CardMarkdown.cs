using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Contracts;
using YamlDotNet.Serialization;

namespace Orrery.Governance;

/// <summary>A card as Hugging Face writes them: Markdown with YAML in front (huggingface.co/docs/hub/model-cards).</summary>
internal static class CardMarkdown
{
    public static string Write(ModelCard card)
    {
        var text = new StringBuilder("---\n");
        text.Append(new SerializerBuilder().Build().Serialize(Front(card)).Replace("\r\n", "\n", StringComparison.Ordinal)).Append("---\n\n");
        text.Append("# Model card: ").Append(Line(card.Model)).Append(", version ").Append(Line(card.Version)).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{card.Completeness.Filled} of {card.Completeness.Expected} fields filled; {card.Completeness.FromRecords:P0} of the form by the records. Risk tier: {card.Tier}.\n");
        foreach (var section in card.Sections.Where(static section => section.Fields.Any(static field => field.Value is not null)))
        {
            text.Append("\n## ").Append(Line(section.Title)).Append('\n');
            foreach (var field in section.Fields.Where(static field => field.Value is not null))
            {
                text.Append("\n### ").Append(Line(field.Title)).Append("\n\n");
                Value(text, field);
            }
        }

        if (card.Completeness.MissingFromPeople.Count > 0)
        {
            text.Append("\n## Not written yet\n\n");
            foreach (var path in card.Completeness.MissingFromPeople)
                text.Append("- ").Append(path).Append('\n');
        }

        return text.ToString();
    }

    private static Dictionary<string, object> Front(ModelCard card)
    {
        var values = card.Sections.SelectMany(static section => section.Fields).Where(static field => field.Value is not null).ToDictionary(static field => field.Path, static field => field.Value!.Value);
        var front = new Dictionary<string, object>();
        if (values.TryGetValue("model_details.license", out var license))
            front["license"] = Line(license.GetString()!);
        if (values.TryGetValue("model_details.library", out var library) && library.EnumerateObject().Select(static one => one.Name).FirstOrDefault(static name => name != "python_function") is { } name)
            front["library_name"] = name;
        front["tags"] = new[] { "orrery", $"risk:{card.Tier}" };
        if (values.TryGetValue("training.datasets", out var sets))
            front["datasets"] = sets.EnumerateArray().Select(static set => set.GetProperty("name").GetString()!).Distinct().ToList();
        if (values.TryGetValue("evaluation.performance", out var performance) && performance.ValueKind is JsonValueKind.Array)
        {
            var metrics = performance.EnumerateArray().Where(static one => one.TryGetProperty("name", out _) && one.TryGetProperty("value", out var value) && value.ValueKind is JsonValueKind.Number).ToList();
            front["metrics"] = metrics.Select(static one => one.GetProperty("name").GetString()!).ToList();
            front["model-index"] = new object[]
            {
                new Dictionary<string, object>
                {
                    ["name"] = card.Model,
                    ["results"] = new object[]
                    {
                        new Dictionary<string, object>
                        {
                            ["task"] = new Dictionary<string, object> { ["type"] = Task(values) },
                            ["dataset"] = new Dictionary<string, object> { ["type"] = "tabular", ["name"] = values.TryGetValue("evaluation.data", out var data) ? CardHtml.CardText(data) : "evaluation data" },
                            ["metrics"] = metrics.Select(static one => new Dictionary<string, object> { ["type"] = one.GetProperty("name").GetString()!, ["value"] = one.GetProperty("value").GetDouble() }).ToList(),
                        },
                    },
                },
            };
        }

        return front;
    }

    // Hugging Face's name of what the evaluation says that the version does; its results are verified by Hugging Face alone.
    private static string Task(Dictionary<string, JsonElement> values) =>
        values.TryGetValue("evaluation.data", out var data) && data.ValueKind is JsonValueKind.Object && data.TryGetProperty("task", out var task) && task.ValueEquals("regression")
            ? "tabular-regression"
            : "tabular-classification";

    private static void Value(StringBuilder text, CardField field)
    {
        var value = field.Value!.Value;
        if (field.Origin == "people")
            text.Append(value.GetString()).Append('\n');
        else if (value.ValueKind is JsonValueKind.Array && value.EnumerateArray().All(static item => item.ValueKind is JsonValueKind.Object))
            Table(text, value);
        else if (value.ValueKind is JsonValueKind.Object)
            foreach (var member in value.EnumerateObject())
                text.Append("- **").Append(Cell(member.Name)).Append("**: ").Append(Cell(CardHtml.CardText(member.Value))).Append('\n');
        else
            text.Append(Cell(CardHtml.CardText(value))).Append('\n');
    }

    private static void Table(StringBuilder text, JsonElement rows)
    {
        var names = rows.EnumerateArray().SelectMany(static row => row.EnumerateObject().Select(static member => member.Name)).Distinct().ToList();
        text.Append("| ").AppendJoin(" | ", names.Select(Cell)).Append(" |\n|").Append(string.Concat(Enumerable.Repeat("---|", names.Count))).Append('\n');
        foreach (var row in rows.EnumerateArray())
            text.Append("| ").AppendJoin(" | ", names.Select(name => row.TryGetProperty(name, out var cell) ? Cell(CardHtml.CardText(cell)) : "")).Append(" |\n");
    }

    // Of one line, and without what Markdown or HTML would take for its own.
    private static string Cell(string text) => Line(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);

    private static string Line(string text) => text.ReplaceLineEndings(" ");
}
