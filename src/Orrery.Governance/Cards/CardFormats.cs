using System.Text;
using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>The forms in which a card is given.</summary>
internal static class CardFormats
{
    private static readonly string[] Known = ["json", "html", "markdown", "mct"];

    /// <summary>Why there is no such form; null when there is. None asked for is JSON.</summary>
    public static Failure? Problem(string? format) => format is null || Known.Contains(format)
        ? null
        : Failure.Invalid("governance.card_format_unknown", $"The format is '{(format.Length > 40 ? format[..40] : format)}'; there are {string.Join(", ", Known)}.");

    /// <summary>The card in another form; null for JSON.</summary>
    public static IResult? Render(ModelCard card, string? format) => format switch
    {
        // A page of somebody's text: nothing of it may run or fetch.
        "html" => new CardPage(CardHtml.Write(card)),
        "markdown" => Results.Text(CardMarkdown.Write(card), "text/markdown", Encoding.UTF8),
        "mct" => Results.Text(CardToolkit.Write(card), "application/json", Encoding.UTF8),
        _ => null,
    };
}

/// <summary>A card as a page.</summary>
internal sealed class CardPage(string html) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
        httpContext.Response.Headers.XContentTypeOptions = "nosniff";
        httpContext.Response.ContentType = "text/html; charset=utf-8";
        return httpContext.Response.WriteAsync(html, Encoding.UTF8, httpContext.RequestAborted);
    }
}
