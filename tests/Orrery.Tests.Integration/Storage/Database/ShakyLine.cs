using System.Net;
using System.Net.Sockets;

namespace Orrery.Tests.Integration;

/// <summary>A line to a local port that hangs up on callers: on each of the next <see cref="HangUps"/> as soon as it has said something.</summary>
internal sealed class ShakyLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _hangUps;

    public ShakyLine(int to)
    {
        _listener.Start();
        _accepting = AcceptAsync(to);
    }

    /// <summary>The port to call.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many callers it still hangs up on.</summary>
    public int HangUps
    {
        get => Volatile.Read(ref _hangUps);
        set => Volatile.Write(ref _hangUps, value);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(int to)
    {
        var calls = new List<Task>();
        try
        {
            while (true)
                calls.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), to));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(calls);
        }
    }

    private async Task ServeAsync(TcpClient caller, int to)
    {
        using (caller)
        using (var called = new TcpClient())
        {
            try
            {
                var said = caller.GetStream();
                if (HangUps > 0)
                {
                    await said.ReadAtLeastAsync(new byte[1], 1, cancellationToken: _stop.Token);
                    Interlocked.Decrement(ref _hangUps);
                    return;
                }

                await called.ConnectAsync(IPAddress.Loopback, to, _stop.Token);
                var answered = called.GetStream();
                await Task.WhenAny(said.CopyToAsync(answered, _stop.Token), answered.CopyToAsync(said, _stop.Token));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
            }
        }
    }
}
