using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Captures where the present process runs.</summary>
public static class EnvironmentCapture
{
    private static readonly TimeSpan GitPatience = TimeSpan.FromSeconds(5);

    /// <summary>Runtime, system, loaded libraries, Git state of a folder and the command line. Never fails for want of Git.</summary>
    /// <param name="folder">A folder of the code's work tree; the current one when null.</param>
    /// <param name="time">Clock of <see cref="RunEnvironment.CapturedAt"/>.</param>
    /// <param name="cancel">Ends the call.</param>
    public static async Task<RunEnvironment> TakeAsync(
        string? folder = null, TimeProvider? time = null, CancellationToken cancel = default) => new()
        {
            CapturedAt = (time ?? TimeProvider.System).GetUtcNow(),
            Runtime = "dotnet",
            RuntimeVersion = Environment.Version.ToString(),
            Os = RuntimeInformation.OSDescription,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            Cpus = Environment.ProcessorCount,
            MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Packages = [.. Packages()],
            Git = await GitAsync(folder ?? Environment.CurrentDirectory, cancel),
            CommandLine = Environment.GetCommandLineArgs(),
        };

    private static IEnumerable<EnvironmentPackage> Packages() =>
        AssemblyLoadContext.Default.Assemblies
            .Select(assembly => assembly.GetName())
            .Where(name => name.Name is { } known && !known.StartsWith("System.", StringComparison.Ordinal))
            .Select(name => new EnvironmentPackage(name.Name!, name.Version?.ToString() ?? ""))
            .OrderBy(package => package.Name, StringComparer.Ordinal);

    private static async Task<GitState?> GitAsync(string folder, CancellationToken cancel)
    {
        if (await GitAsync(folder, cancel, "rev-parse", "HEAD") is not { Length: > 0 } commit)
            return null;
        var changes = await GitAsync(folder, cancel, "status", "--porcelain", "--untracked-files=no");
        var branch = await GitAsync(folder, cancel, "symbolic-ref", "--short", "-q", "HEAD");
        var remote = await GitAsync(folder, cancel, "config", "--get", "remote.origin.url");
        return new(commit, changes is not "", Blank(branch), WithoutCredentials(Blank(remote)));
    }

    private static async Task<string?> GitAsync(string folder, CancellationToken cancel, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var git = Process.Start(start);
            return git is null ? null : await OutputAsync(git, cancel);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static async Task<string?> OutputAsync(Process git, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(GitPatience);
        try
        {
            var output = git.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = git.StandardError.ReadToEndAsync(patience.Token);
            await git.WaitForExitAsync(patience.Token);
            await errors;
            return git.ExitCode is 0 ? (await output).Trim() : null;
        }
        catch (OperationCanceledException)
        {
            git.Kill(entireProcessTree: true);
            cancel.ThrowIfCancellationRequested();
            return null;
        }
    }

    private static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string? WithoutCredentials(string? remote) =>
        Uri.TryCreate(remote, UriKind.Absolute, out var address) && address.UserInfo.Length > 0
            ? new UriBuilder(address) { UserName = "", Password = "" }.Uri.ToString()
            : remote;
}
