using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Server;

namespace Orrery.Tests.Integration;

/// <summary>The server's own entry point run inside the test process, for tests that look at its services. Others take ServerProcess.</summary>
internal sealed class ServerInProcess : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly Task<int> _run;
    private readonly string _folder;

    private ServerInProcess(IHost host, Task<int> run, string folder)
    {
        _host = host;
        _run = run;
        _folder = folder;
    }

    /// <summary>Everything the server has put together.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features
        .Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Answers when the server listens (on a free port; with an empty SQLite database unless the further flags say otherwise), and asks for no approvals.</summary>
    public static async Task<ServerInProcess> StartAsync(params string[] flags)
    {
        var folder = Directory.CreateTempSubdirectory("orrery-").FullName;
        var built = new TaskCompletionSource<IHost>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listeners = DiagnosticListener.AllListeners.Subscribe(new HostObserver(folder, built));
        var run = Task.Run(() => Run(["--urls", "http://127.0.0.1:0", "--data-dir", folder, "--log-level", "Warning", "--Orrery:Serving:ApprovedEnvironments=none", .. flags]));

        if (await Task.WhenAny(built.Task, run) == run)
            throw new InvalidOperationException($"The server ended with {await run} before it was built.");
        var host = await built.Task;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(started.SetResult);
        if (await Task.WhenAny(started.Task, run) == run)
            throw new InvalidOperationException($"The server ended with {await run} before it listened.");
        return new ServerInProcess(host, run, folder);
    }

    public async ValueTask DisposeAsync()
    {
        _host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await _run;
        Directory.Delete(_folder, recursive: true);
    }

    private static int Run(params string[] arguments) => (int)typeof(ServerOptions).Assembly.EntryPoint!.Invoke(null, [arguments])!;

    // Hosting announces each host that is built in this process; ours is the one with our folder.
    private sealed class HostObserver(string folder, TaskCompletionSource<IHost> built) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
                value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilt", Value: IHost host } && host.Services.GetService<ServerOptions>()?.DataDir == folder)
                built.TrySetResult(host);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error) => built.TrySetException(error);
    }
}
