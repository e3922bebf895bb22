using System.CommandLine;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops lineage impact</c>.</summary>
internal static class LineageImpactVerb
{
    public static Command Create()
    {
        var node = LineageCommand.Node();
        var kinds = new Option<string[]>("--kind") { Description = "Show only this kind; may be repeated", HelpName = "kind", DefaultValueFactory = _ => [] };
        var token = new Option<string?>("--page-token") { Description = "Goes on where a page ended", HelpName = "token" };
        return new Command("impact", "What uses a column, a source, a data set or anything else, directly or over others.") { node, kinds, token }
            .Example("mlops lineage impact source_column:churn/customers#tenure --kind model_version")
            .Does(async session =>
        {
            var impact = await session.Client.Lineage.GetImpactAsync(
                session.Args.GetValue(node)!, session.Args.GetValue(kinds), pageToken: session.Args.GetValue(token), cancel: session.Cancel);
            session.Output.Text(impact, Text(impact));
            return ExitCodes.Ok;
        });
    }

    private static string Text(LineageImpact impact)
    {
        var text = new StringBuilder();
        text.Append(impact.Counts.Count == 0 ? "Nothing uses it." : "Used by " + string.Join(", ", impact.Counts.Select(static kind => $"{kind.Value} {kind.Key.Replace('_', ' ')}"))).Append('\n');
        foreach (var user in impact.Users)
            text.Append("    ").Append(LineageText.Label(user)).Append('\n');
        return text.Append(LineageText.More(impact.IsTruncated, impact.NextPageToken)).ToString();
    }
}
