using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>A card as one HTML page that needs nothing else: no script, no font, no picture from elsewhere.</summary>
internal static class CardHtml
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--quiet:#5b6570;--line:#d8dee4;--paper:#fff;--panel:#f6f8fa;--accent:#0b5cad;--warn:#9a5b00}
        @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--quiet:#9aa5b1;--line:#30363d;--paper:#0d1117;--panel:#161b22;--accent:#6cb2ff;--warn:#e3b341}}
        *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,sans-serif}
        main{max-width:62rem;margin:0 auto;padding:2rem 1.25rem 4rem}h1{font-size:1.9rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2.2rem 0 .6rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
        h3{font-size:.95rem;margin:1.1rem 0 .25rem}.quiet{color:var(--quiet);font-size:.85rem}.missing{color:var(--warn)}.bar{height:.5rem;background:var(--panel);border:1px solid var(--line);border-radius:.25rem;overflow:hidden;max-width:20rem}
        .bar span{display:block;height:100%;background:var(--accent)}dl{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:.15rem 1rem;margin:.25rem 0}dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
        .wide{overflow-x:auto}table{border-collapse:collapse;font-size:.88rem;margin:.25rem 0}th,td{border:1px solid var(--line);padding:.25rem .55rem;text-align:left;vertical-align:top}th{background:var(--panel)}td.number{text-align:right;font-variant-numeric:tabular-nums}
        code{background:var(--panel);padding:.05rem .3rem;border-radius:.2rem}svg{max-width:100%;height:auto}@media(max-width:40rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
        """;

    public static string Write(ModelCard card)
    {
        var page = new StringBuilder();
        var title = $"{Encode(card.Model)}, version {Encode(card.Version)}";
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Model card: ")
            .Append(title).Append("</title><style>").Append(Style).Append("</style></head><body><main>\n<p class=\"quiet\">Model card</p><h1>").Append(title).Append("</h1>\n");
        Completeness(page, card);
        foreach (var section in card.Sections)
            Section(page, section);
        return page.Append("</main></body></html>\n").ToString();
    }

    private static void Completeness(StringBuilder page, ModelCard card)
    {
        var percent = card.Completeness.Score.ToString("P0", CultureInfo.InvariantCulture);
        page.Append(CultureInfo.InvariantCulture, $"<p>{card.Completeness.Filled} of {card.Completeness.Expected} fields are filled ({Encode(percent)}); {card.Completeness.FromRecords:P0} of the form by the records themselves. Risk tier: <strong>{Encode(card.Tier)}</strong>.</p>\n")
            .Append("<div class=\"bar\" role=\"img\" aria-label=\"").Append(Encode(percent)).Append(" filled\"><span style=\"width:")
            .Append(CultureInfo.InvariantCulture, $"{card.Completeness.Score * 100:0.#}").Append("%\"></span></div>\n");
    }

    private static void Section(StringBuilder page, CardSection section)
    {
        page.Append("<section><h2 id=\"").Append(Encode(section.Name)).Append("\">").Append(Encode(section.Title)).Append("</h2>\n");
        var plain = section.Fields.Where(static field => field.Value is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Array) } && field.Origin == "records").ToList();
        if (plain.Count > 0)
        {
            page.Append("<dl>");
            foreach (var field in plain)
                page.Append("<dt>").Append(Encode(field.Title)).Append("</dt><dd>").Append(Encode(CardText(field.Value!.Value))).Append("</dd>");
            page.Append("</dl>\n");
        }

        foreach (var field in section.Fields.Where(field => field.Value is not null && !plain.Contains(field)))
        {
            page.Append("<h3>").Append(Encode(field.Title)).Append("</h3>\n");
            page.Append(CardPlots.Of(field));
            Value(page, field);
        }

        Missing(page, "Not written yet: ", "quiet missing", section.Fields.Where(static field => field is { Value: null, RequiredFrom: not null }));
        Missing(page, "Not recorded or not said: ", "quiet", section.Fields.Where(static field => field is { Value: null, RequiredFrom: null }));
        page.Append("</section>\n");
    }

    private static void Missing(StringBuilder page, string title, string style, IEnumerable<CardField> fields)
    {
        var titles = fields.Select(static field => field.Title).ToList();
        if (titles.Count > 0)
            page.Append("<p class=\"").Append(style).Append("\">").Append(title).Append(Encode(string.Join(", ", titles))).Append(".</p>\n");
    }

    private static void Value(StringBuilder page, CardField field)
    {
        var value = field.Value!.Value;
        if (field.Origin == "people")
            page.Append(CardProse.Html(value.GetString() ?? ""));
        else
            Value(page, value);
        if (field.Source is { } source)
            page.Append("<p class=\"quiet\">From <code>").Append(Encode(source)).Append("</code></p>\n");
    }

    private static void Value(StringBuilder page, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                page.Append("<dl>");
                foreach (var member in value.EnumerateObject())
                {
                    page.Append("<dt>").Append(Encode(member.Name)).Append("</dt><dd>");
                    Value(page, member.Value);
                    page.Append("</dd>");
                }

                page.Append("</dl>\n");
                break;
            case JsonValueKind.Array when value.EnumerateArray().All(static item => item.ValueKind is JsonValueKind.Object):
                Table(page, value);
                break;
            case JsonValueKind.Array:
                page.Append(Encode(string.Join(", ", value.EnumerateArray().Select(CardText))));
                break;
            default:
                page.Append(Encode(CardText(value)));
                break;
        }
    }

    private static void Table(StringBuilder page, JsonElement rows)
    {
        var names = rows.EnumerateArray().SelectMany(static row => row.EnumerateObject().Select(static member => member.Name)).Distinct().ToList();
        page.Append("<div class=\"wide\"><table><thead><tr>");
        foreach (var name in names)
            page.Append("<th>").Append(Encode(name)).Append("</th>");
        page.Append("</tr></thead><tbody>");
        foreach (var row in rows.EnumerateArray())
        {
            page.Append("<tr>");
            foreach (var name in names)
            {
                var isThere = row.TryGetProperty(name, out var cell);
                page.Append(isThere && cell.ValueKind is JsonValueKind.Number ? "<td class=\"number\">" : "<td>").Append(isThere ? Encode(CardText(cell)) : "").Append("</td>");
            }

            page.Append("</tr>");
        }

        page.Append("</tbody></table></div>\n");
    }

    /// <summary>A value as a line of text.</summary>
    internal static string CardText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole.ToString(CultureInfo.InvariantCulture) : value.GetDouble().ToString("0.####", CultureInfo.InvariantCulture),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(CardText)),
        JsonValueKind.Object => string.Join("; ", value.EnumerateObject().Select(static member => $"{member.Name}: {CardText(member.Value)}")),
        _ => "",
    };

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
