using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orrery.Tests.Integration;

/// <summary>HTTP byte by byte: nothing is normalised, escaped or finished unless the test does it.</summary>
internal static class RawHttp
{
    /// <summary>Sends a request on a connection of its own. The target is sent as it stands, each character a byte.</summary>
    /// <returns>Status 0 when the server closed the connection without an answer.</returns>
    public static async Task<Answer> SendAsync(int port, string method, string target, byte[]? body, CancellationToken cancel, string contentType = "application/octet-stream")
    {
        using var client = await ConnectAsync(port, cancel);
        var stream = client.GetStream();
        var length = body is null ? "" : string.Create(CultureInfo.InvariantCulture, $"Content-Type: {contentType}\r\nContent-Length: {body.Length}\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{length}\r\n"), cancel);
        if (body is not null)
            await stream.WriteAsync(body, cancel);
        return await ReadAsync(stream, cancel);
    }

    public static async Task<TcpClient> ConnectAsync(int port, CancellationToken cancel)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancel);
        return client;
    }

    /// <summary>Reads until the server closes the connection.</summary>
    public static async Task<Answer> ReadAsync(Stream stream, CancellationToken cancel)
    {
        using var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all, cancel);
        }
        catch (IOException)
        {
            // Reset: what came before counts.
        }

        var text = Encoding.UTF8.GetString(all.ToArray());
        if (!text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
            return new(0, text, RetryAfter: null);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return new(int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture), text[(end + 4)..], RetryAfter: null);
    }
}
