using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orrery.Tests.Integration;

/// <summary>A mail host on a free port of this machine: SMTP (RFC 5321) as far as a sender needs it.</summary>
internal sealed class MailReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;

    public MailReceiver()
    {
        _listener.Start();
        _loop = LoopAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Recipient and text of each message.</summary>
    public ConcurrentQueue<(string To, string Text)> Messages { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _loop;
        _end.Dispose();
        _listener.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or IOException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test ESMTP");
        var to = "";
        while (await reader.ReadLineAsync(_end.Token) is { } line)
        {
            if (line.StartsWith("RCPT TO:", StringComparison.OrdinalIgnoreCase))
                to = line[8..].Trim('<', '>', ' ');
            if (line.Equals("DATA", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("354 go on");
                var text = new StringBuilder();
                while (await reader.ReadLineAsync(_end.Token) is { } row && row != ".")
                    text.Append(row).Append('\n');
                Messages.Enqueue((to, text.ToString()));
            }

            if (line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("221 bye");
                return;
            }

            await writer.WriteLineAsync("250 fine");
        }
    }
}
