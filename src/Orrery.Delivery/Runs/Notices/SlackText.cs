using System.Text;
using System.Text.Json.Nodes;

namespace Orrery.Delivery;

/// <summary>Notices as Slack's incoming webhooks take them: a text for the list, and blocks (https://docs.slack.dev/reference/block-kit/blocks).</summary>
internal static class SlackText
{
    /// <summary>The body of a call.</summary>
    /// <param name="notice">What is told.</param>
    /// <param name="link">Page of the delivery; null for none.</param>
    public static byte[] Of(NoticeText notice, string? link)
    {
        var fields = new JsonArray([.. notice.Lines.Select(static line => (JsonNode)Markdown($"*{Escape(line.Name)}*\n{Escape(line.Value)}"))]);
        var blocks = new JsonArray(
            new JsonObject { ["type"] = "header", ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = notice.Title.Length > 150 ? notice.Title[..150] : notice.Title } },
            new JsonObject { ["type"] = "section", ["fields"] = fields });
        if (link is not null)
            blocks.Add((JsonNode)new JsonObject { ["type"] = "section", ["text"] = Markdown($"<{link}|Status page>") });
        return Encoding.UTF8.GetBytes(new JsonObject { ["text"] = Escape(notice.Title), ["blocks"] = blocks }.ToJsonString());
    }

    private static JsonObject Markdown(string text) => new() { ["type"] = "mrkdwn", ["text"] = text };

    // The three that have a meaning there.
    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
