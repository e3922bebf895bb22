using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops lineage show</c>.</summary>
internal static class LineageShow
{
    public static Command Create()
    {
        var node = LineageCommand.Node();
        var direction = new Option<string>("--direction") { Description = "up (what it came of), down (what came of it) or both", HelpName = "way", DefaultValueFactory = _ => "both" };
        var depth = new Option<int>("--depth") { Description = "Most steps, 1 to 50", HelpName = "n", DefaultValueFactory = _ => 10 };
        var kinds = new Option<string[]>("--kind") { Description = "Show only this kind; may be repeated", HelpName = "kind", DefaultValueFactory = _ => [] };
        var columns = new Option<bool>("--columns") { Description = "Walk over columns and features too" };
        var asOf = new Option<DateTimeOffset?>("--as-of") { Description = "The graph as it was then", HelpName = "time" };
        var token = new Option<string?>("--page-token") { Description = "Goes on where a page ended", HelpName = "token" };
        return new Command("show", "What a thing came of, and what came of it.") { node, direction, depth, kinds, columns, asOf, token }
            .Example("mlops lineage show model_version:churn/3 --direction up")
            .Does(async session =>
        {
            var args = session.Args;
            var graph = await session.Client.Lineage.GetAsync(
                args.GetValue(node)!, args.GetValue(direction), args.GetValue(depth), args.GetValue(kinds), args.GetValue(columns) ? true : null, args.GetValue(asOf), null,
                args.GetValue(token), session.Cancel);
            session.Output.Text(graph, LineageText.Of(graph));
            return ExitCodes.Ok;
        });
    }
}
