using System.Diagnostics;
using System.Globalization;
using System.Text;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>What a call of <c>git</c> left.</summary>
internal sealed record GitAnswer(int ExitCode, byte[] Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;

    public string Text => Encoding.UTF8.GetString(Output);
}

/// <summary>
/// The real <c>git</c>, without a shell and without anybody's configuration: no hooks, no helpers, no redirects, only the protocols that are named. Credentials go
/// through its environment, which no list of processes shows to others.
/// </summary>
internal sealed class GitProgram(TargetOptions options, TimeProvider time)
{
    private const int MostOutput = 64 << 20;

    private volatile bool _isNew;

    private static readonly (string Key, string Value)[] Config =
    [
        ("core.hooksPath", "/dev/null"),
        ("core.fsmonitor", "false"),
        ("core.attributesFile", "/dev/null"),
        ("credential.helper", ""),
        ("http.followRedirects", "false"),
        ("transfer.fsckObjects", "true"),
        ("fetch.recurseSubmodules", "false"),
        ("submodule.recurse", "false"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        ("advice.detachedHead", "false"),
        ("commit.gpgSign", "false"),
        ("safe.directory", "*"),
    ];

    /// <summary>Runs it to its end; <c>delivery.git_unavailable</c> when it cannot be run or takes too long.</summary>
    /// <param name="folder">The repository.</param>
    /// <param name="arguments">Each as it is.</param>
    /// <param name="input">What it reads; null for nothing.</param>
    /// <param name="access">Protocol and credentials, for calls that leave the machine; null for those that do not.</param>
    /// <param name="variables">Further variables of its environment.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<Result<GitAnswer>> RunAsync(
        string folder, IReadOnlyList<string> arguments, string? input, GitAccess? access, IReadOnlyDictionary<string, string>? variables, CancellationToken cancel)
    {
        using var process = new Process { StartInfo = Start(folder, arguments, access, variables) };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.GitTimeoutSeconds), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return Failure.Unavailable("delivery.git_unavailable", $"The program git cannot be run: {missing.Message}. Install git on the server.");
        }

        try
        {
            var output = ReadAsync(process.StandardOutput.BaseStream, both.Token);
            var errors = ReadAsync(process.StandardError.BaseStream, both.Token);
            await WriteAsync(process, input, both.Token);
            var (answered, said) = (await output, await errors);
            await process.WaitForExitAsync(both.Token);
            return new GitAnswer(process.ExitCode, answered, Clean(Encoding.UTF8.GetString(said)));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Failure.Unavailable("delivery.git_unavailable", $"git {arguments[0]} did not end within {options.GitTimeoutSeconds} s.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>What is wrong with a git that cannot be told addresses and would look names up anew; null when it can (2.37 and newer).</summary>
    public async ValueTask<Failure?> OldProblemAsync(CancellationToken cancel)
    {
        if (_isNew)
            return null;
        if ((await RunAsync(Path.GetTempPath(), ["version"], null, null, null, cancel)).Failed(out var failure, out var said))
            return failure;
        var version = said.Text.Split(' ').ElementAtOrDefault(2)?.Split('.') ?? [];
        _isNew = version.Length >= 2 && int.TryParse(version[0], CultureInfo.InvariantCulture, out var major) && int.TryParse(version[1], CultureInfo.InvariantCulture, out var minor) && (major, minor).CompareTo((2, 37)) >= 0;
        return _isNew ? null : Failure.Unavailable("delivery.git_unavailable", $"'{said.Text.Trim()}' cannot be told which addresses to call; install git 2.37 or newer on the server.");
    }

    private static ProcessStartInfo Start(string folder, IReadOnlyList<string> arguments, GitAccess? access, IReadOnlyDictionary<string, string>? variables)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var path = Environment.GetEnvironmentVariable("PATH");
        var environment = start.Environment;
        environment.Clear();
        environment["PATH"] = path;
        environment["HOME"] = folder;
        environment["LC_ALL"] = "C.UTF-8";
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_ASKPASS"] = "true";
        environment["SSH_ASKPASS"] = "true";
        environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        environment["GIT_ALLOW_PROTOCOL"] = access?.Protocol ?? "none";
        environment["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(folder);
        if (access?.SshCommand is { } ssh)
            environment["GIT_SSH_COMMAND"] = ssh;
        List<(string Key, string Value)> config = [.. Config];
        if (access?.Header is { } header)
            config.Add(($"http.{access.Origin}.extraHeader", header));
        if (access?.Resolve is { } resolve)
            config.Add(("http.curloptResolve", resolve));
        environment["GIT_CONFIG_COUNT"] = config.Count.ToString(CultureInfo.InvariantCulture);
        for (var at = 0; at < config.Count; at++)
        {
            environment[$"GIT_CONFIG_KEY_{at}"] = config[at].Key;
            environment[$"GIT_CONFIG_VALUE_{at}"] = config[at].Value;
        }

        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
            environment[name] = value;
        return start;
    }

    private static async Task WriteAsync(Process process, string? input, CancellationToken cancel)
    {
        try
        {
            if (input is not null)
                await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(input), cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read all; its exit code says why.
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancel)
    {
        using var all = new MemoryStream();
        var part = new byte[1 << 16];
        for (int read; (read = await stream.ReadAsync(part, cancel)) > 0;)
        {
            if (all.Length + read <= MostOutput)
                all.Write(part, 0, read);
        }

        return all.ToArray();
    }

    // What a server says may be shown; it is cut, and control characters are left out.
    private static string Clean(string errors)
    {
        var text = new string([.. errors.Trim().Select(static one => char.IsControl(one) ? ' ' : one)]);
        return text.Length > 500 ? text[..500] : text;
    }
}

/// <summary>How a repository is reached.</summary>
/// <param name="Url">Of it.</param>
/// <param name="Protocol">The one that is allowed.</param>
/// <param name="Origin">Scheme and host, for which the header is.</param>
/// <param name="Header">Authorization over HTTPS; null for none.</param>
/// <param name="SshCommand">With key and known hosts; null for none.</param>
internal sealed record GitAccess(string Url, string Protocol, string Origin, string? Header, string? SshCommand)
{
    /// <summary>Host, port and the addresses to call it by, as curl takes them; null to have it looked up.</summary>
    public string? Resolve { get; init; }
}
