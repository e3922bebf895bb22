using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Client;

namespace Orrery.Web;

/// <summary>
/// Answers an HTML artifact so that a page can show it in a frame: it has no origin, runs nothing, loads nothing and goes nowhere (CSP 3, sandbox).
/// </summary>
internal static class SandboxedHtml
{
    private const string Policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    /// <summary>Answers the file of a run that the query names by <c>path</c>.</summary>
    public static async Task AnswerAsync(HttpContext context, string run)
    {
        var page = context.RequestServices.GetRequiredService<PageContext>();
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        await page.LookAsync();
        try
        {
            var begin = await page.Client.Artifacts.ReadAsync(run, page.Query("path") ?? "", ArtifactPreview.HtmlBytes, page.Cancel);
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.Body.WriteAsync(begin.Bytes, page.Cancel);
        }
        catch (OrreryApiException refused)
        {
            context.Response.StatusCode = (int)refused.Status;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(refused.Message), page.Cancel);
        }
    }
}
