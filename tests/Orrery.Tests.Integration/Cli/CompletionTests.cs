using System.Diagnostics;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Completion in the shells themselves: each sources the script that the program prints, and completes lines with it.</summary>
public sealed class CompletionTests(OneServer one) : IClassFixture<OneServer>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-completion-").FullName;
    private readonly ServerProcess _server = one.Process;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (OperatingSystem.IsWindows())
            return;
        // The program as a shell finds it.
        var program = Path.Combine(_folder, "mlops");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec dotnet exec '{Mlops.AssemblyFile}' \"$@\"\n", Cancel);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (one.IsFirst())
        {
            foreach (var name in (string[])["churn-scorer", "churn-ranker", "fraud"])
                Assert.Equal(0, (await Mlops.RunAsync(_server, Cancel, "models", "create", name)).ExitCode);
            Assert.Equal(0, (await Mlops.RunAsync(_server, Cancel, "experiments", "create", "two words")).ExitCode);
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("mlops mod", "models")]
    [InlineData("mlops models sh", "show")]
    [InlineData("mlops models list --js", "--json")]
    [InlineData("mlops models show churn-", "churn-ranker churn-scorer")]
    [InlineData("mlops deploy --model fr", "fraud")]
    [InlineData("mlops runs list --experiment tw", "two\\ words")]
    [InlineData("mlops --workspace def", "default")]
    [InlineData("mlops runs list --view d", "deleted")]
    [InlineData("mlops models show churn-scorer nothing-here", "")]
    public async Task Bash_completes_verbs_options_and_names_of_the_server(string line, string expected)
    {
        var script = $$"""
            source <(mlops completion bash)
            COMP_LINE='{{line}}'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=({{line}}); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            complete -p mlops > /dev/null || exit 9
            _mlops
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var (code, said, errors) = await CompleteAsync("bash", ["--norc", "-c", script], expected);
        Assert.True(code is 0, errors);
        Assert.Equal(expected, string.Join(' ', said.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_server_that_is_away_is_no_more_than_silence()
    {
        const string Script = """
            source <(mlops completion bash)
            COMP_LINE='mlops models show c'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(mlops models show c); COMP_CWORD=3
            _mlops
            printf '%s' "${COMPREPLY[@]}"
            """;
        var watch = Stopwatch.StartNew();
        var (code, said, errors) = await RunAsync("bash", ["--norc", "-c", Script], "http://127.0.0.1:1");
        Assert.Equal((0, "", ""), (code, said, errors));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public async Task Fish_completes_the_same()
    {
        if (!HasProgram("fish"))
            Needed.Missing("fish is not installed (eng/install-test-needs.sh installs it).");
        var (code, said, errors) = await CompleteAsync(
            "fish", ["--no-config", "-c", "mlops completion fish | source; complete -C 'mlops mod'; complete -C 'mlops models show fr'"], "models fraud");
        Assert.True(code is 0, errors);
        Assert.Equal(["models", "fraud"], said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Zsh_takes_the_script_and_asks_the_program()
    {
        if (!HasProgram("zsh"))
            Needed.Missing("zsh is not installed (eng/install-test-needs.sh installs it).");
        // compadd only works while a line is edited: here it tells what it is given.
        const string Script = """
            autoload -Uz compinit && compinit -u -D
            source <(mlops completion zsh)
            compadd() { print -l -- ${(P)2}; }
            words=(mlops models show fr); CURRENT=4; PREFIX=fr
            _mlops
            """;
        var (code, said, errors) = await CompleteAsync("zsh", ["-f", "-c", Script], "fraud");
        Assert.True(code is 0, errors);
        Assert.Equal("fraud", said.Trim());
    }

    [Fact]
    public async Task PowerShell_is_given_a_completer_of_the_same_answers()
    {
        var (code, said, _) = await Mlops.RunAsync(_server, Cancel, "completion", "powershell");
        Assert.Equal(0, code);
        Assert.StartsWith("# mlops completion powershell", said, StringComparison.Ordinal);
        Assert.Contains("Register-ArgumentCompleter -Native -CommandName mlops -ScriptBlock {", said, StringComparison.Ordinal);
        Assert.Contains("mlops \"[suggest:$cursorPosition]\" \"$line\"", said, StringComparison.Ordinal);
        Assert.Equal(said.Count(static c => c is '{'), said.Count(static c => c is '}'));
    }

    private static bool HasProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name)));

    // Who types does not wait for a server that is slow, so on a busy machine silence is right once or twice.
    private async Task<(int ExitCode, string Out, string Error)> CompleteAsync(string shell, string[] arguments, string expected)
    {
        for (var attempt = 1; ; attempt++)
        {
            var run = await RunAsync(shell, arguments, _server.BaseAddress.ToString());
            if (attempt == 5 || string.Join(' ', run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)) == expected)
                return run;
        }
    }

    private async Task<(int ExitCode, string Out, string Error)> RunAsync(string shell, string[] arguments, string server)
    {
        var start = new ProcessStartInfo(shell, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["ORRERY_SERVER"] = server;
        start.Environment["HOME"] = _folder;
        start.Environment.Remove("MLFLOW_TRACKING_URI");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(Cancel);
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, await output, await errors);
    }
}
