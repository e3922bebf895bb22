using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Orrery.Testing;

/// <summary>
/// The real, built server as a process of its own on a free port of 127.0.0.1, with a data folder that lives as long as this
/// object. For tests of protocols and of bad days: it can be killed and started again on the same data and the same port.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string Approvals = "Orrery__Serving__ApprovedEnvironments";
    private const int StartAttempts = 5;
    private const int AddressTaken = 69;
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(60);

    private readonly string[] _arguments;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly bool _ownsData;
    private ServerRun _run = null!;

    private ServerProcess(string[] arguments, IReadOnlyDictionary<string, string> environment, string? dataDir)
    {
        _arguments = arguments;
        // Approvals have tests of their own; elsewhere models are deployed as they come.
        _environment = environment.ContainsKey(Approvals) ? environment : new Dictionary<string, string>(environment) { [Approvals] = "none" };
        _ownsData = dataDir is null;
        DataDir = dataDir ?? Directory.CreateTempSubdirectory("orrery-server-").FullName;
    }

    /// <summary>
    /// The server's file: what <c>ORRERY_TEST_SERVER</c> names (<c>eng/precompile.sh</c>), else <c>artifacts/bin/Orrery.Server/{debug|release}/Orrery.Server.dll</c>,
    /// in the configuration of the tests.
    /// </summary>
    public static string Assembly { get; } = Environment.GetEnvironmentVariable("ORRERY_TEST_SERVER") ?? Repository.PathOf(
        "artifacts", "bin", "Orrery.Server", Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)), "Orrery.Server.dll");

    /// <summary>Folder of the server's data. Deleted at the end, unless the caller brought it.</summary>
    public string DataDir { get; }

    /// <summary>The port on 127.0.0.1; kept over restarts.</summary>
    public int Port { get; private set; }

    /// <summary><c>http://127.0.0.1:{port}/</c>.</summary>
    public Uri BaseAddress => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/"));

    /// <summary>A client of this server. Survives restarts. Does not follow redirects, unpack answers, or use a proxy or cookies.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>The process's id.</summary>
    public int ProcessId => _run.Process.Id;

    /// <summary>True until it has ended, by itself or otherwise.</summary>
    public bool IsRunning => !_run.Process.HasExited;

    /// <summary>Bytes of memory that the process has resident now.</summary>
    public long ResidentBytes
    {
        get
        {
            _run.Process.Refresh();
            return _run.Process.WorkingSet64;
        }
    }

    /// <summary>Processor time the process has used, user and system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _run.Process.Refresh();
            return _run.Process.TotalProcessorTime;
        }
    }

    /// <summary>Time from the process's start to its first "ready", of the last start.</summary>
    public TimeSpan StartupTime { get; private set; }

    /// <summary>What it has written to standard output since its last start.</summary>
    public string StandardOutput => _run.Output;

    /// <summary>What it has written to standard error since its last start.</summary>
    public string StandardError => _run.Errors;

    /// <summary>Starts a server and answers when it is ready.</summary>
    /// <param name="arguments">Further flags, such as <c>--database</c>; a later flag wins over the ones given here (<c>--urls</c>, <c>--data-dir</c>).</param>
    /// <param name="environment">Further environment variables, such as <c>Orrery__Log__Level</c>.</param>
    /// <param name="dataDir">A folder of the caller's; null for a temporary one.</param>
    /// <param name="cancel">Ends the wait and the server.</param>
    /// <exception cref="ServerStartException">It ended, or was not ready in a minute; the exception holds what it wrote.</exception>
    public static async Task<ServerProcess> StartAsync(
        IEnumerable<string>? arguments = null,
        IReadOnlyDictionary<string, string>? environment = null,
        string? dataDir = null,
        CancellationToken cancel = default)
    {
        var server = new ServerProcess([.. arguments ?? []], environment ?? new Dictionary<string, string>(), dataDir);
        try
        {
            await server.StartFirstAsync(cancel);
            return server;
        }
        catch
        {
            // What kept it from starting is the news.
            server.VerifiesAudit = false;
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the server's program until it ends by itself: for flags and for configurations that it must refuse.</summary>
    /// <param name="arguments">The whole command line.</param>
    /// <param name="environment">Further environment variables.</param>
    /// <param name="cancel">Kills it.</param>
    /// <returns>Its exit code and what it wrote.</returns>
    public static async Task<(int ExitCode, string Output, string Errors)> RunToEndAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, CancellationToken cancel = default)
    {
        await using var run = ServerRun.Start(Assembly, arguments, environment ?? new Dictionary<string, string>());
        await run.EndAsync(LongestStart, cancel);
        return (run.Process.ExitCode, run.Output, run.Errors);
    }

    /// <summary>Ends it as a power cut would: SIGKILL, nothing is flushed. Answers when it is gone.</summary>
    public async Task KillAsync(CancellationToken cancel = default)
    {
        if (IsRunning)
            _run.Process.Kill();
        await _run.EndAsync(LongestStop, cancel);
    }

    /// <summary>Asks it to stop: SIGTERM. Answers when it has.</summary>
    /// <returns>Its exit code; 0 when it stopped in order.</returns>
    public async Task<int> TerminateAsync(CancellationToken cancel = default)
    {
        SendTerminate();
        await _run.EndAsync(LongestStop, cancel);
        return _run.Process.ExitCode;
    }

    /// <summary>Sends SIGTERM without waiting: for what happens while it stops.</summary>
    public void SendTerminate()
    {
        const int sigterm = 15;
        if (IsRunning && Signal.Send(_run.Process.Id, sigterm) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "SIGTERM could not be sent.");
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForEndAsync(CancellationToken cancel = default)
    {
        await _run.EndAsync(LongestStop, cancel);
        return _run.Process.ExitCode;
    }

    /// <summary>Starts it again on the same data, port and flags, killing it first when it still runs. Answers when it is ready.</summary>
    /// <exception cref="ServerStartException">It did not start.</exception>
    public async Task RestartAsync(CancellationToken cancel = default)
    {
        await KillAsync(cancel);
        await _run.DisposeAsync();
        await StartOnPortAsync(cancel);
    }

    /// <summary>False for a test that harms the audit trail. Otherwise the trail is verified at the end, whatever the test did to the server.</summary>
    public bool VerifiesAudit { get; set; } = true;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The audit trail that it leaves is broken.</exception>
    public async ValueTask DisposeAsync()
    {
        if (_run is not null)
            await _run.DisposeAsync();
        Client?.Dispose();
        try
        {
            if (_run is not null && VerifiesAudit)
                await AuditLeft.VerifyAsync(ServerArgument("--data-dir") ?? DataDir, ServerArgument("--database"));
        }
        finally
        {
            if (_ownsData)
                Directory.Delete(DataDir, recursive: true);
        }
    }

    private string? ServerArgument(string flag) =>
        Array.LastIndexOf(_arguments, flag) is >= 0 and var at && at + 1 < _arguments.Length ? _arguments[at + 1] : null;

    // Somebody else may take the free port between our look and the server's bind: try another.
    private async Task StartFirstAsync(CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort();
            try
            {
                Client?.Dispose();
                Client = NewClient();
                await StartOnPortAsync(cancel);
                return;
            }
            catch (ServerStartException e) when (e.ExitCode == AddressTaken && e.Message.Contains("in use", StringComparison.Ordinal) && attempt < StartAttempts)
            {
                await _run.DisposeAsync();
            }
        }
    }

    private async Task StartOnPortAsync(CancellationToken cancel)
    {
        var started = TimeProvider.System.GetTimestamp();
        string[] own = ["--urls", BaseAddress.GetLeftPart(UriPartial.Authority), "--data-dir", DataDir];
        _run = ServerRun.Start(Assembly, [.. own, .. _arguments], _environment);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(LongestStart);
        try
        {
            while (!await IsReadyAsync(limit.Token))
            {
                if (_run.Process.HasExited)
                    throw await FailedAsync("ended before it was ready");
                await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw await FailedAsync($"was not ready within {LongestStart.TotalSeconds} s");
        }

        StartupTime = TimeProvider.System.GetElapsedTime(started);
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancel)
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri("health/ready", UriKind.Relative), cancel);
            // Another process may have got the port: ours has said that it listens when it does.
            return answer.StatusCode is HttpStatusCode.OK && !_run.Process.HasExited;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<ServerStartException> FailedAsync(string what)
    {
        if (!_run.Process.HasExited)
            _run.Process.Kill();
        await _run.EndAsync(LongestStop, CancellationToken.None);
        return new ServerStartException(_run.Process.ExitCode, $"The server {what}.\n{_run.Errors}\n{_run.Output}");
    }

    private HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    })
    {
        BaseAddress = BaseAddress,
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
