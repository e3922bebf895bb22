using System.Globalization;
using System.Net;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>A report as one page of HTML that needs nothing else: no script, no font, no picture from elsewhere.</summary>
internal static partial class ReportHtml
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--quiet:#5b6570;--line:#d8dee4;--paper:#fff;--panel:#f6f8fa;--accent:#0b5cad;--good:#1a7f37;--part:#9a6700;--bad:#b42318;--none:#57606a}
        @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--quiet:#9aa5b1;--line:#30363d;--paper:#0d1117;--panel:#161b22;--accent:#6cb2ff;--good:#3fb950;--part:#e3b341;--bad:#ff7b72;--none:#8b949e}}
        *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}main{max-width:70rem;margin:0 auto;padding:2rem 1.25rem 4rem}
        h1{font-size:1.9rem;line-height:1.2;margin:0 0 .5rem}h2{font-size:1.25rem;margin:2.4rem 0 .7rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}h3{font-size:1rem;margin:0}
        .quiet{color:var(--quiet);font-size:.86rem}.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.86rem;width:100%;margin:.4rem 0}th,td{border:1px solid var(--line);padding:.28rem .55rem;text-align:left;vertical-align:top}
        td{overflow-wrap:break-word}th{background:var(--panel);white-space:nowrap}td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}td.time{white-space:nowrap}code{font:.82rem ui-monospace,monospace;overflow-wrap:anywhere}
        dl{display:grid;grid-template-columns:minmax(8rem,12rem) 1fr;gap:.15rem 1rem;margin:.4rem 0}dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}a{color:var(--accent)}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.75rem;margin:1rem 0}.tile{border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem;background:var(--panel)}.tile b{display:block;font-size:1.7rem;line-height:1.2}
        .row{border:1px solid var(--line);border-radius:.5rem;margin:.8rem 0;padding:.75rem 1rem;break-inside:avoid-page}.head{display:flex;gap:.75rem;justify-content:space-between;align-items:baseline;flex-wrap:wrap}
        .badge{font-size:.78rem;font-weight:600;border:1px solid currentColor;border-radius:1rem;padding:.05rem .6rem;white-space:nowrap}.s0{color:var(--good)}.s1{color:var(--part)}.s2{color:var(--bad)}.s3{color:var(--none)}td.s0,td.s1,td.s2,td.s3{white-space:nowrap}
        ul{margin:.35rem 0;padding-left:1.2rem}li{margin:.15rem 0}.items{font-size:.84rem;color:var(--quiet)}.note{border-left:.25rem solid var(--accent);padding:.4rem .8rem;background:var(--panel);margin:1rem 0}
        @media(max-width:40rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}}@media print{:root{--paper:#fff;--ink:#000}main{max-width:none;padding:0}body{font-size:11pt}.wide{overflow:visible}h2{break-after:avoid-page}a{color:inherit;text-decoration:none}}
        """;

    /// <summary>The page.</summary>
    /// <param name="report">What it says.</param>
    /// <param name="sha256">Of its canonical JSON.</param>
    public static string Write(ComplianceDocument report, string sha256)
    {
        var page = new StringBuilder();
        var title = $"{(report.Framework == ControlMaps.All ? "All controls" : (report.Regulations.Count > 0 ? report.Regulations[0].Name : report.Framework))}, {report.Workspace}";
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Compliance evidence: ")
            .Append(Encode(title)).Append("</title><style>").Append(Style).Append("</style></head><body><main>\n<p class=\"quiet\">Compliance evidence</p><h1>").Append(Encode(title)).Append("</h1>\n");
        Head(page, report, sha256);
        Summary(page, report);
        Rows(page, report);
        People(page, report);
        Models(page, report);
        Changes(page, report);
        Incidents(page, report);
        Exceptions(page, report);
        Requests(page, report);
        Access(page, report);
        Trail(page, report);
        Laws(page, report);
        return page.Append("</main></body></html>\n").ToString();
    }

    private static void Head(StringBuilder page, ComplianceDocument report, string sha256)
    {
        page.Append("<dl>");
        Pair(page, "Period", $"{Day(report.From)} to {Day(report.To)} (UTC, the end not within it)");
        Pair(page, "Made", $"{Time(report.At)} by {report.Generator}, asked for by {report.RequestedBy}");
        Pair(page, "Control map", "version " + report.MapVersion);
        Pair(page, "Report", report.Id);
        page.Append("<dt>SHA-256 of the JSON</dt><dd><code>").Append(Encode(sha256)).Append("</code></dd></dl>\n");
        page.Append("<p class=\"note\">This report shows which evidence the platform has recorded. It does not say that a law or a standard is kept: that is for people to judge, with what they must add. ")
            .Append("The hashes are signed with a key of the audit trail; <code>mlops compliance verify FILE --keys KEYS</code> checks this file without a server.</p>\n");
        foreach (var left in report.LeftOut)
            page.Append("<p class=\"quiet\">Left out: ").Append(Encode(left)).Append("</p>\n");
    }

    private static void Summary(StringBuilder page, ComplianceDocument report)
    {
        page.Append("<h2 id=\"summary\">Summary</h2>\n<div class=\"tiles\">");
        foreach (var status in RowCollectors.Statuses)
        {
            page.Append("<div class=\"tile ").Append(Css(status)).Append("\"><b>").Append(Number(report.Summary.GetValueOrDefault(status))).Append("</b>").Append(Encode(status)).Append("</div>");
        }

        page.Append("</div>\n<div class=\"wide\"><table><thead><tr><th class=\"number\">Row</th><th>Topic</th><th>Controls</th><th>Status</th></tr></thead><tbody>\n");
        foreach (var row in report.Rows)
        {
            page.Append("<tr><td class=\"number\"><a href=\"#row-").Append(Number(row.Id)).Append("\">").Append(Number(row.Id)).Append("</a></td><td>").Append(Encode(row.Topic)).Append("</td><td>")
                .Append(Encode(string.Join(", ", row.Controls))).Append("</td><td class=\"").Append(Css(row.Status)).Append("\">").Append(Encode(row.Status)).Append("</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Rows(StringBuilder page, ComplianceDocument report)
    {
        page.Append("<h2 id=\"rows\">Evidence by row</h2>\n");
        foreach (var row in report.Rows)
        {
            page.Append("<section class=\"row\" id=\"row-").Append(Number(row.Id)).Append("\"><div class=\"head\"><h3>").Append(Number(row.Id)).Append(". ").Append(Encode(row.Topic))
                .Append("</h3><span class=\"badge ").Append(Css(row.Status)).Append("\">").Append(Encode(row.Status)).Append("</span></div><p class=\"quiet\">").Append(Encode(string.Join(" · ", row.Controls))).Append("</p>\n");
            foreach (var finding in row.Findings)
                Finding(page, finding);
            if (row.Exceptions.Count > 0)
                page.Append("<p class=\"quiet\">Exceptions: ").Append(Encode(string.Join(", ", row.Exceptions))).Append("</p>\n");
            if (row.People.Count > 0)
                page.Append("<p class=\"quiet\">A person must add: ").Append(Encode(string.Join("; ", row.People))).Append(".</p>\n");
            page.Append("</section>\n");
        }
    }

    private static void Finding(StringBuilder page, ComplianceFinding finding)
    {
        page.Append("<p><span class=\"").Append(finding.IsPresent ? "s0" : "s2").Append("\">").Append(finding.IsPresent ? "&#10003;" : "&#10007;").Append("</span> ").Append(Encode(finding.Text));
        if (finding.IsPresent)
            page.Append(" <span class=\"quiet\">(").Append(Number(finding.Count)).Append(")</span>");
        page.Append("</p>\n");
        if (finding is { IsPresent: false, Needed: { } needed })
            page.Append("<p class=\"items\">Missing. ").Append(Encode(needed)).Append("</p>\n");
        if (finding.Items.Count == 0)
            return;
        page.Append("<ul class=\"items\">");
        foreach (var item in finding.Items)
        {
            page.Append("<li>").Append(Encode(item.Type)).Append(' ');
            if (item.Link is { } link && IsPath(link))
                page.Append("<a href=\"").Append(Encode(link)).Append("\">").Append(Encode(item.Id)).Append("</a>");
            else
                page.Append(Encode(item.Id));
            page.Append(", ").Append(Time(item.At));
            if (item.Text is { } text)
                page.Append(", ").Append(Encode(text));
            if (item.Sha256 is { } hash)
                page.Append(", SHA-256 <code>").Append(Encode(hash)).Append("</code>");
            page.Append(". Found by: ").Append(Encode(item.Query)).Append("</li>");
        }

        page.Append("</ul>\n");
    }

    // Links lead to this server and nowhere else.
    private static bool IsPath(string link) => link.StartsWith("/api/", StringComparison.Ordinal);

    private static string Css(string status) => status switch
    {
        RowCollectors.Present => "s0",
        RowCollectors.Partial => "s1",
        RowCollectors.Missing => "s2",
        _ => "s3",
    };

    private static void Pair(StringBuilder page, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            page.Append("<dt>").Append(Encode(name)).Append("</dt><dd>").Append(Encode(value)).Append("</dd>");
    }

    private static string Encode(string? text) => WebUtility.HtmlEncode(text ?? "");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Day(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Time(long? at) => at is { } time ? Time(time) : "";
}
