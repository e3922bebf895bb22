using System.Globalization;
using System.Net;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>An agenda as a page of its own, to be printed or sent.</summary>
internal static class AgendaHtml
{
    private const string Style = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
        h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-top:1px solid #ccc;padding-top:1rem}
        table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:top}
        .late{color:#a40000;font-weight:600}.failed{color:#a40000}code{font-size:.85em}
        """;

    public static string Write(BoardAgenda agenda)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Agenda of {Text(agenda.Workflow)}</title><style>{Style}</style></head><body>\n");
        html.Append(CultureInfo.InvariantCulture, $"<h1>Change advisory board, {agenda.From:dddd, d MMMM yyyy}, {agenda.From:HH:mm} to {agenda.Until:HH:mm} UTC</h1>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p>Chair: {Text(agenda.Chair)}. Seats: {Text(string.Join(", ", agenda.Roles))}. Quorum: {agenda.Quorum}, the chair among them. Drawn up {agenda.At:yyyy-MM-dd HH:mm} UTC.</p>\n");
        if (agenda.Items.Count == 0)
            html.Append("<p>Nothing is pending.</p>\n");
        for (var at = 0; at < agenda.Items.Count; at++)
            Item(html, at + 1, agenda.Items[at]);
        if (agenda.IsTruncated)
            html.Append("<p>There is more than fits on this agenda.</p>\n");
        return html.Append("</body></html>\n").ToString();
    }

    private static void Item(StringBuilder html, int number, Approval approval)
    {
        var stage = StageSteps.Current(approval);
        html.Append(CultureInfo.InvariantCulture, $"<h2>{number}. {Text(approval.Model)} version {Text(approval.Version)} for {Text(approval.Environment)}</h2>\n<table>\n");
        Row(html, "Approval", $"<code>{Text(approval.Id)}</code>");
        Row(html, "Answers elsewhere", Text(approval.Remote?.ToText() ?? ""));
        Row(html, "Risk", Text(string.Create(CultureInfo.InvariantCulture, $"{approval.Tier} ({approval.Score} of 50)")));
        Row(html, "Asked by", Text(string.Create(CultureInfo.InvariantCulture, $"{approval.RequestedBy}, {approval.RequestedAt:yyyy-MM-dd HH:mm} UTC")));
        Row(html, "Why", Text(approval.Justification));
        if (stage is not null)
            Row(html, "Due", string.Create(CultureInfo.InvariantCulture, $"<span{(stage.IsOverdue ? " class=\"late\"" : "")}>{stage.DueAt:yyyy-MM-dd HH:mm} UTC{(stage.IsOverdue ? ", overdue" : "")}</span>"));
        Row(html, "Triggers", string.Join("<br>", approval.Triggers.Select(static one => Text($"{one.Name}: {one.Reason}"))));
        Row(html, "Checks", string.Join("<br>", approval.Checks.Select(static one => $"<span{(one.Passed ? "" : " class=\"failed\"")}>{Text($"{one.Name}: {(one.Passed ? "holds" : one.Reason)}")}</span>")));
        Row(html, "Warnings", string.Join("<br>", approval.Warnings.Select(Text)));
        Row(html, "Seats", string.Join("<br>", (stage?.Seats ?? []).Select(static seat => Text($"{seat.Role}{(seat.Required ? " (required)" : "")}: {(seat.Decision is null ? "empty" : $"{seat.Decision}, {seat.DecidedBy}")}"))));
        html.Append("</table>\n");
    }

    private static void Row(StringBuilder html, string title, string content)
    {
        if (content.Length > 0)
            html.Append(CultureInfo.InvariantCulture, $"<tr><th>{title}</th><td>{content}</td></tr>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
