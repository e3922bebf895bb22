using Orrery.Cli;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What <c>--watch</c> shows, on a terminal, in a pipe and for machines.</summary>
public sealed class WatchTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_terminal_is_drawn_anew_each_time_until_it_is_ended()
    {
        var (code, text, time) = await RunAsync(isJson: false, isTerminal: true, "one\n", "one\n", "two\n");
        Assert.Equal(ExitCodes.Cancelled, code);
        Assert.Equal(3, text.Split("\x1b[2J").Length - 1);
        Assert.Equal([Every, Every, Every], time.Waits);
        Assert.Contains("Every 2 s", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_gets_what_has_changed_and_no_control_characters()
    {
        var (_, text, _) = await RunAsync(isJson: false, isTerminal: false, "one\n", "one\n", "two\n");
        Assert.Equal("one\n\ntwo\n", text);
    }

    [Fact]
    public async Task Machines_get_each_row_that_is_new_or_has_changed_once()
    {
        var rows = new WatchedRows();
        Assert.Equal(["a", "b"], rows.New(["a", "b"]));
        Assert.Equal(["b2"], rows.New(["a", "b2"]));
        Assert.Empty(rows.New(["b2", "a"]));
        Assert.Empty(rows.New(["a"]));
        Assert.Equal(["b2"], rows.New(["a", "b2"]));
        var (_, text, _) = await RunAsync(isJson: true, isTerminal: true, "{}\n", "");
        Assert.Equal("{}\n", text);
    }

    [Fact]
    public async Task A_server_that_was_never_there_ends_it_and_one_that_goes_away_for_a_while_does_not()
    {
        using var stop = new CancellationTokenSource();
        var host = new CliHost(TextWriter.Null, TextWriter.Null, _ => null, new InstantTime());
        Assert.Equal(ExitCodes.Unreachable, await Watch.RunAsync(host, Every, (_, _) => Task.FromResult(ExitCodes.Unreachable), isJson: false, stop.Token));
        Assert.Equal(ExitCodes.NotFound, await Watch.RunAsync(host, Every, (_, _) => Task.FromResult(ExitCodes.NotFound), isJson: false, stop.Token));
        var codes = new Queue<int>([ExitCodes.Ok, ExitCodes.Unreachable, ExitCodes.Ok, ExitCodes.Refused]);
        Assert.Equal(ExitCodes.Refused, await Watch.RunAsync(host, Every, (_, _) => Task.FromResult(codes.Dequeue()), isJson: false, stop.Token));
    }

    [Theory]
    [InlineData("jobs", "list", "--watch", "0")]
    [InlineData("jobs", "list", "--watch", "soon")]
    [InlineData("jobs", "cancel", "j1", "--watch")]
    public async Task Seconds_are_in_range_and_verbs_that_do_something_are_not_repeated(params string[] args) =>
        Assert.Equal(ExitCodes.Usage, (await CliRun.OfAsync(new StubServer(), args)).ExitCode);

    private static async Task<(int Code, string Text, InstantTime Time)> RunAsync(bool isJson, bool isTerminal, params string[] shown)
    {
        using var stop = new CancellationTokenSource();
        await using var text = new StringWriter();
        var time = new InstantTime();
        var host = new CliHost(text, TextWriter.Null, _ => null, time) { OutIsTerminal = isTerminal };
        var looks = 0;
        var code = await Watch.RunAsync(
            host,
            Every,
            async (inner, _) =>
            {
                if (looks == shown.Length)
                    await stop.CancelAsync();
                else
                    await inner.Out.WriteAsync(shown[looks]);
                looks++;
                return ExitCodes.Ok;
            },
            isJson,
            stop.Token);
        return (code, text.ToString(), time);
    }
}
