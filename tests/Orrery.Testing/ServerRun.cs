using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Orrery.Testing;

/// <summary>One life of a server process, with all it wrote. Disposing kills it.</summary>
internal sealed class ServerRun : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private ServerRun(Process process) => Process = process;

    public Process Process { get; }

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    public static ServerRun Start(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        if (!File.Exists(assembly))
            throw new FileNotFoundException("Build src/Orrery.Server first, in the configuration of the tests.", assembly);
        var start = new ProcessStartInfo("dotnet", ["exec", assembly, .. arguments])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        var run = new ServerRun(new Process { StartInfo = start });
        run.Process.OutputDataReceived += (_, line) => Add(run._output, line.Data);
        run.Process.ErrorDataReceived += (_, line) => Add(run._errors, line.Data);
        if (!run.Process.Start())
            throw new Win32Exception("dotnet did not start.");
        run.Process.BeginOutputReadLine();
        run.Process.BeginErrorReadLine();
        run.Process.StandardInput.Close();
        return run;
    }

    /// <summary>Waits for the end and for the last of the output.</summary>
    public async Task EndAsync(TimeSpan limit, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(limit);
        try
        {
            await Process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"The server did not end within {limit.TotalSeconds} s.\n{Errors}\n{Output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
            Process.Kill();
        await Process.WaitForExitAsync();
        Process.Dispose();
    }

    private static void Add(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (text)
            text.Append(line).Append('\n');
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}

/// <summary>kill(2).</summary>
internal static class Signal
{
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Send(int process, int signal);
}
