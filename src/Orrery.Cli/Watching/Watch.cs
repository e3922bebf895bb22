using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary>
/// <c>--watch</c> of verbs that show: does them again and again. A terminal is drawn anew; elsewhere what is new is appended, with <c>--json</c>
/// each thing that is new or has changed, on a line of its own. Ctrl-C ends it.
/// </summary>
internal static class Watch
{
    private const double Default = 2;
    private const string Home = "\x1b[H\x1b[2J\x1b[3J";

    // Verbs of these names show how things stand. Others would do something each time.
    private static readonly HashSet<string> Showing = new(StringComparer.Ordinal) { "list", "show", "history", "online", "live", "status", "drift" };

    private static readonly Option<double?> Every = new("--watch")
    {
        Description = $"Show it again every so many seconds, {Default} without a number, until Ctrl-C",
        HelpName = "seconds",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result =>
        {
            if (result.Tokens.Count is 0)
                return Default;
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.2 and <= 3600)
                return seconds;
            result.AddError($"--watch {result.Tokens[0].Value}: seconds between two looks lie between 0.2 and 3600.");
            return null;
        },
    };

    /// <summary>Gives the option to every verb below that shows how things stand.</summary>
    public static void AddTo(Command command)
    {
        if (command.Subcommands.Count is 0 && Showing.Contains(command.Name))
            command.Add(Every);
        foreach (var below in command.Subcommands)
            AddTo(below);
    }

    /// <summary>How often; null when once.</summary>
    public static TimeSpan? Of(ParseResult args) =>
        args.GetResult(Every) is { Implicit: false } ? TimeSpan.FromSeconds(args.GetValue(Every) ?? Default) : null;

    /// <summary>Does it until the user has had enough, or it fails in a way that does not pass.</summary>
    /// <param name="host">Where the program runs.</param>
    /// <param name="every">Between two looks.</param>
    /// <param name="once">Does it once, writing into what it is given.</param>
    /// <param name="isJson">Machines read it.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<int> RunAsync(CliHost host, TimeSpan every, Func<CliHost, WatchedRows, Task<int>> once, bool isJson, CancellationToken cancel)
    {
        var rows = new WatchedRows();
        var (shown, looked) = ("", false);
        while (!cancel.IsCancellationRequested)
        {
            await using var text = new StringWriter();
            var code = await once(host with { Out = text }, rows);
            if (cancel.IsCancellationRequested)
                break;
            // A server that is away for a while comes back; one that was never there does not.
            if (code is not (ExitCodes.Ok or ExitCodes.Failed) && !(looked && code is ExitCodes.Unreachable))
                return code;
            looked = true;
            if (code is not ExitCodes.Unreachable)
                Draw(host, every, text.ToString(), ref shown, isJson);
            try
            {
                await Task.Delay(every, host.Time, cancel);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return ExitCodes.Cancelled;
    }

    private static void Draw(CliHost host, TimeSpan every, string text, ref string shown, bool isJson)
    {
        if (isJson)
        {
            host.Out.Write(text);
        }
        else if (host.OutIsTerminal)
        {
            host.Out.Write(string.Create(CultureInfo.InvariantCulture, $"{Home}Every {every.TotalSeconds:0.#} s, {host.Time.GetLocalNow():HH:mm:ss}; Ctrl-C ends it.\n\n{text}"));
        }
        else if (text != shown)
        {
            host.Out.Write(shown.Length is 0 ? text : $"\n{text}");
        }

        shown = text;
        host.Out.Flush();
    }
}
