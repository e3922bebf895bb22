using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Orrery.Load;

/// <summary>
/// One HTTP/1.1 connection that sends ready-made bytes and waits for the answer, on blocking system calls: the generator
/// shares the cores with the server, so each cycle it saves is measured right. Used by one thread at a time.
/// </summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket;
    private byte[] _buffer = new byte[64 * 1024];

    public Connection(int number, int port)
    {
        Number = number;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(IPAddress.Loopback, port);
        _socket.ReceiveTimeout = 120_000;
    }

    /// <summary>From 0.</summary>
    public int Number { get; }

    /// <summary>Bytes sent, ever.</summary>
    public long Sent { get; private set; }

    /// <summary>Bytes received, ever.</summary>
    public long Received { get; private set; }

    public Answer Send(ReadOnlySpan<byte> request)
    {
        for (var rest = request; rest.Length > 0;)
            rest = rest[_socket.Send(rest)..];
        Sent += request.Length;
        return Receive();
    }

    public void Dispose() => _socket.Dispose();

    private Answer Receive()
    {
        var filled = 0;
        int head;
        while ((head = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
            filled = Fill(filled);
        head += 4;
        var headers = _buffer.AsSpan(0, head);
        if (!Utf8Parser.TryParse(headers[9..], out int status, out _))
            throw new InvalidDataException("The answer is not HTTP.");
        if (Header(headers, "\r\nContent-Length: "u8) is { Length: > 0 } digits && Utf8Parser.TryParse(digits, out int length, out _))
        {
            while (filled < head + length)
                filled = Fill(filled);
            return new(status, _buffer.AsMemory(head, length));
        }

        if (Header(headers, "\r\nTransfer-Encoding: "u8).StartsWith("chunked"u8))
            return new(status, _buffer.AsMemory(head, ReceiveChunks(head, filled)));
        return status is 204 or 304
            ? new(status, ReadOnlyMemory<byte>.Empty)
            : throw new InvalidDataException($"An answer of status {status} has neither length nor chunks.");
    }

    // Moves the chunks' content together behind the headers.
    private int ReceiveChunks(int head, int filled)
    {
        var written = head;
        var read = head;
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(read, filled - read).IndexOf("\r\n"u8)) < 0)
                filled = Fill(filled);
            if (!Utf8Parser.TryParse(_buffer.AsSpan(read, line), out int size, out _, 'x'))
                throw new InvalidDataException("A chunk has no size.");
            read += line + 2;
            while (filled < read + size + 2)
                filled = Fill(filled);
            if (size == 0)
                return written - head;
            _buffer.AsSpan(read, size).CopyTo(_buffer.AsSpan(written));
            written += size;
            read += size + 2;
        }
    }

    private int Fill(int filled)
    {
        if (filled == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = _socket.Receive(_buffer.AsSpan(filled));
        if (count == 0)
            throw new IOException("The server closed the connection.");
        Received += count;
        return filled + count;
    }

    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> name)
    {
        var at = headers.IndexOf(name);
        return at < 0 ? [] : headers[(at + name.Length)..];
    }
}
