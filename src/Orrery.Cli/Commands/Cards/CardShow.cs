using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Orrery.Cli;

/// <summary><c>mlops card show</c>.</summary>
internal static class CardShow
{
    private const int Longest = 100;

    public static Command Create()
    {
        var (model, version) = (CardCommand.Model(), CardCommand.Version());
        return new Command("show", "Show the card of a version, and what of it is missing.") { model, version }
            .Example("mlops card show churn-predictor 1")
            .Does(async session =>
            {
                var card = await session.Client.Cards.GetAsync(session.Args.GetRequiredValue(model), session.Args.GetRequiredValue(version), session.Cancel);
                session.Output.List(
                    card, [.. card.Sections.SelectMany(static section => section.Fields)], null,
                    ("FIELD", static field => field.Path),
                    ("VALUE", static field => field.Value is { } value ? Clip(value) : field.RequiredFrom is null ? "-" : $"to be written (from tier {field.RequiredFrom})"),
                    ("FROM", static field => field.Source));
                session.Output.Remark(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Tier {card.Tier}: {card.Completeness.Filled} of {card.Completeness.Expected} fields filled ({card.Completeness.Score:P0}), {card.Completeness.FromRecords:P0} of the form by the records."));
            });
    }

    public static string Clip(JsonElement value)
    {
        var text = (value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText()).ReplaceLineEndings(" ");
        return text.Length > Longest ? text[..(Longest - 1)] + "…" : text;
    }
}
