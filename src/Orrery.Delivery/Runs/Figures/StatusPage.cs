using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Delivery;

/// <summary><c>/status</c>: the environments and their newest deliveries, as a page for people and as JSON for those who ask for it. Needs delivery.read.</summary>
internal static class StatusPage
{
    private const int Newest = 20;

    private const string Head = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="15"><title>Deliveries</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
        table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
        th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
        .succeeded { color: #1a7f37; } .failed, .rejected, .rolled_back { color: #cf222e; } .running, .waiting, .queued { color: #9a6700; }
        small { opacity: .7; }
        </style></head><body><h1>Deliveries</h1>

        """;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/status", PageAsync).RequirePermission(Permissions.Read).WithTags("Delivery").WithName("GetStatusPage").WithSummary("Environments and their newest deliveries, as a page.")
            .Produces<string>(StatusCodes.Status200OK, "text/html");
        app.MapGet("/api/v1/delivery-status", StatusAsync).RequirePermission(Permissions.Read).WithTags("Delivery").WithName("GetDeliveryStatus").WithSummary("Environments and their newest deliveries.");
    }

    /// <summary>The page.</summary>
    public static string Html(DeliveryStatus status)
    {
        var page = new StringBuilder(Head);
        page.Append("<p><small>").Append(Time(status.At)).Append(" UTC</small></p>\n");
        foreach (var environment in status.Environments)
        {
            page.Append("<h2>").Append(Text(environment.Name)).Append(environment.Governed ? " <small>governed</small>" : "").Append("</h2>\n");
            if (environment.Deliveries.Count == 0)
            {
                page.Append("<p>Nothing was delivered here.</p>\n");
                continue;
            }

            page.Append("<table><tr><th>Deployment</th><th>Version</th><th>State</th><th>Stage</th><th>Asked for</th><th>By</th><th>Message</th></tr>\n");
            foreach (var one in environment.Deliveries)
            {
                page.Append("<tr><td>").Append(Text(one.Name)).Append("</td><td>").Append(Text($"{one.Model} {one.Version}")).Append("</td><td class=\"").Append(Text(one.State)).Append("\">")
                    .Append(Text(one.State)).Append("</td><td>").Append(Text(one.Stage)).Append("</td><td>").Append(Time(one.RequestedAt)).Append("</td><td>").Append(Text(one.RequestedBy))
                    .Append("</td><td>").Append(Text(one.Message ?? "")).Append("</td></tr>\n");
            }

            page.Append("</table>\n");
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static async Task<IResult> PageAsync(HttpContext context, Db db, ServingOptions serving, TimeProvider time, CancellationToken cancel)
    {
        var status = await ReadAsync(context, db, serving, time, cancel);
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        context.Response.Headers.CacheControl = "no-store";
        return Results.Bytes(Encoding.UTF8.GetBytes(Html(status)), "text/html; charset=utf-8");
    }

    private static async Task<Answer<DeliveryStatus>> StatusAsync(HttpContext context, Db db, ServingOptions serving, TimeProvider time, CancellationToken cancel) =>
        await ReadAsync(context, db, serving, time, cancel);

    private static async ValueTask<DeliveryStatus> ReadAsync(HttpContext context, Db db, ServingOptions serving, TimeProvider time, CancellationToken cancel)
    {
        var workspace = context.Actor().Workspace;
        var environments = new List<EnvironmentStatus>();
        foreach (var name in serving.Environments)
        {
            var rows = await db.ReadAsync(session => DeliveryStore.ListAsync(session, workspace, new(null, null, name, null, null), "~", Newest), cancel);
            environments.Add(new() { Name = name, Governed = serving.IsGoverned(name), Deliveries = [.. rows.Select(static row => Deliveries.Document(row, [], [], 0))] });
        }

        return new() { At = time.GetUtcNow().ToUnixTimeMilliseconds(), Environments = environments };
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}
