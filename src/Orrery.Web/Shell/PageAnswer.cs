using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Client;

namespace Orrery.Web;

/// <summary>Makes a page, or says why there is none: to sign in, no permission, nothing there.</summary>
internal static class PageAnswer
{
    // Nothing from elsewhere, no inline scripts. ECharts sets styles of its elements.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static async Task WriteAsync<TPage>(HttpContext context)
        where TPage : IComponent
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        var services = context.RequestServices;
        if (LiveStreams.AskedBy(context.Request))
        {
            await services.GetRequiredService<LiveStreams>().SendAsync<TPage>(context);
            return;
        }

        var page = services.GetRequiredService<PageContext>();
        await page.LookAsync();
        try
        {
            var html = await RenderAsync<TPage>(services, []);
            await (page.Export is { } export ? export.WriteAsync(context) : WriteAsync(context, html));
        }
        catch (OrreryApiException refused) when (!context.Response.HasStarted)
        {
            if (refused.Status is System.Net.HttpStatusCode.Unauthorized)
            {
                context.Response.Redirect($"{page.Base}/sign-in?next={Uri.EscapeDataString(page.Base + page.Here)}");
                return;
            }

            context.Response.StatusCode = (int)refused.Status;
            await WriteAsync(context, await RenderAsync<RefusedView>(services, new() { [nameof(RefusedView.Refused)] = refused }));
        }
    }

    /// <summary>A page whole, before its first byte goes out: what is refused on the way is told by its status.</summary>
    public static async Task<string> RenderAsync<TPage>(IServiceProvider services, Dictionary<string, object?> parameters)
        where TPage : IComponent
    {
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }

    private static async Task WriteAsync(HttpContext context, string html)
    {
        var body = Encoding.UTF8.GetBytes(html);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
