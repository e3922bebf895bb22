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
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static async Task WriteAsync<TPage>(HttpContext context)
        where TPage : IComponent
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        var page = context.RequestServices.GetRequiredService<PageContext>();
        await page.LookAsync();
        try
        {
            await WriteAsync<TPage>(context, []);
        }
        catch (OrreryApiException refused)
        {
            if (refused.Status is System.Net.HttpStatusCode.Unauthorized)
            {
                context.Response.Redirect($"{page.Base}/sign-in?next={Uri.EscapeDataString(page.Base + page.Here)}");
                return;
            }

            context.Response.StatusCode = (int)refused.Status;
            await WriteAsync<RefusedView>(context, new() { [nameof(RefusedView.Refused)] = refused });
        }
    }

    // Whole before the first byte goes out, so that what is refused on the way is told by its status.
    private static async Task WriteAsync<TPage>(HttpContext context, Dictionary<string, object?> parameters)
        where TPage : IComponent
    {
        var services = context.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters))).ToHtmlString());
        var body = Encoding.UTF8.GetBytes(html);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
