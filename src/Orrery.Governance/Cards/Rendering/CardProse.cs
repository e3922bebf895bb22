using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Orrery.Governance;

/// <summary>What people wrote, as HTML: their Markdown without HTML of their own, images, or links that run something.</summary>
internal static class CardProse
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    public static string Html(string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var link in document.Descendants<LinkInline>())
        {
            if (!IsHarmless(link.Url))
                link.Url = "";
            // An image would tell somebody else's server who reads the card.
            link.IsImage = false;
        }

        foreach (var link in document.Descendants<AutolinkInline>().Where(static link => !link.IsEmail && !IsHarmless(link.Url)))
            link.Url = "";
        using var text = new StringWriter();
        var renderer = new HtmlRenderer(text);
        Pipeline.Setup(renderer);
        renderer.Render(document);
        return text.ToString();
    }

    private static bool IsHarmless(string? url) => url is { Length: > 0 } && (url[0] is '#' || (Uri.TryCreate(url, UriKind.Absolute, out var parsed) && (parsed.Scheme is "http" or "https" or "mailto")));
}
