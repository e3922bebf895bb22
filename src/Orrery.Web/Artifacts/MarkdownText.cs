using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Orrery.Web;

/// <summary>
/// Markdown that somebody wrote: headings, lists, quotes, code, emphasis and links to http and https. HTML in it is text. Headings begin at the third level: those
/// above are the page's.
/// </summary>
public sealed partial class MarkdownText : ComponentBase
{
    private const int FirstHeading = 3;
    private const int LastHeading = 6;

    // A paragraph that is longer is shown as it is: looking for marks takes the square of its length.
    private const int LongestMarked = 8_000;

    /// <summary>The text.</summary>
    [Parameter] public string? Text { get; set; }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var lines = (Text ?? "").ReplaceLineEndings("\n").Split('\n');
        builder.OpenElement(0, "div");
        builder.AddAttribute(1, "class", "prose");
        for (var at = 0; at < lines.Length;)
            at = Block(builder, lines, at);
        builder.CloseElement();
    }

    // Writes what begins at a line, and gives the line after it.
    private static int Block(RenderTreeBuilder builder, string[] lines, int at)
    {
        var line = lines[at];
        if (string.IsNullOrWhiteSpace(line))
            return at + 1;
        if (line.StartsWith("```", StringComparison.Ordinal))
        {
            var end = Array.FindIndex(lines, at + 1, static one => one.StartsWith("```", StringComparison.Ordinal));
            end = end < 0 ? lines.Length : end;
            builder.OpenElement(2, "pre");
            builder.AddContent(3, string.Join('\n', lines[(at + 1)..end]));
            builder.CloseElement();
            return end + 1;
        }

        if (Heading().Match(line) is { Success: true } heading)
        {
            Element(builder, $"h{Math.Min(LastHeading, heading.Groups[1].Length + FirstHeading - 1)}", heading.Groups[2].Value);
            return at + 1;
        }

        if (Item().IsMatch(line))
            return List(builder, lines, at);
        var to = at + 1;
        while (to < lines.Length && !string.IsNullOrWhiteSpace(lines[to]) && !Heading().IsMatch(lines[to]) && !Item().IsMatch(lines[to]) && !lines[to].StartsWith("```", StringComparison.Ordinal))
            to++;
        Element(builder, line.StartsWith('>') ? "blockquote" : "p", string.Join('\n', lines[at..to].Select(static one => one.TrimStart('>', ' '))));
        return to;
    }

    private static int List(RenderTreeBuilder builder, string[] lines, int at)
    {
        builder.OpenElement(4, char.IsDigit(lines[at].TrimStart()[0]) ? "ol" : "ul");
        while (at < lines.Length && Item().Match(lines[at]) is { Success: true } item)
        {
            var parts = new List<string> { item.Groups[1].Value };
            for (at++; at < lines.Length && lines[at].StartsWith("  ", StringComparison.Ordinal) && !Item().IsMatch(lines[at]); at++)
                parts.Add(lines[at].Trim());
            Element(builder, "li", string.Join(' ', parts));
        }

        builder.CloseElement();
        return at;
    }

    private static void Element(RenderTreeBuilder builder, string name, string text)
    {
        builder.OpenElement(5, name);
        Inline(builder, text);
        builder.CloseElement();
    }

    private static void Inline(RenderTreeBuilder builder, string text)
    {
        if (text.Length > LongestMarked)
        {
            builder.AddContent(6, text);
            return;
        }

        var at = 0;
        foreach (Match match in Marked().Matches(text))
        {
            builder.AddContent(6, text[at..match.Index]);
            at = match.Index + match.Length;
            if (match.Groups["code"] is { Success: true } code)
                Marked(builder, "code", code.Value);
            else if (match.Groups["bold"] is { Success: true } bold)
                Marked(builder, "strong", bold.Value);
            else if (match.Groups["soft"] is { Success: true } soft)
                Marked(builder, "em", soft.Value);
            else
                Link(builder, match.Groups["name"].Value, match.Groups["url"].Value);
        }

        builder.AddContent(6, text[at..]);
    }

    private static void Marked(RenderTreeBuilder builder, string name, string text)
    {
        builder.OpenElement(7, name);
        builder.AddContent(8, text);
        builder.CloseElement();
    }

    private static void Link(RenderTreeBuilder builder, string name, string url)
    {
        builder.OpenElement(9, "a");
        builder.AddAttribute(10, "href", url);
        builder.AddAttribute(11, "rel", "noopener noreferrer nofollow");
        builder.AddContent(12, name);
        builder.CloseElement();
    }

    [GeneratedRegex(@"^(#{1,6})\s+(.+?)\s*#*$", RegexOptions.NonBacktracking)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\s{0,3}(?:[-*+]|\d{1,9}[.)])\s+(.+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Item();

    [GeneratedRegex(@"`(?<code>[^`\n]+)`|\*\*(?<bold>[^*\n]+)\*\*|\*(?<soft>[^*\s][^*\n]*)\*|\[(?<name>[^\]\n]+)\]\((?<url>https?://[^\s)]+)\)", RegexOptions.NonBacktracking)]
    private static partial Regex Marked();
}
