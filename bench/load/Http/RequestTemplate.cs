using System.Buffers.Text;
using System.Text;

namespace Orrery.Load;

/// <summary>
/// A request's bytes with places that change: <c>&lt;n&gt;</c> becomes a number of 13 digits that rises from request to request
/// (a time stamp, a step, part of a name), <c>&lt;run&gt;</c> a run's id, one after the other. ASCII only.
/// </summary>
internal sealed class RequestTemplate
{
    private const int Digits = 13;
    private const int RunLength = 32;
    private const long FirstNumber = 1_600_000_000_000;
    private const char NumberMark = '\u0001';
    private const char RunMark = '\u0002';

    private readonly byte[] _bytes;
    private readonly int[] _numbers;
    private readonly int[] _runs;
    private readonly byte[][] _copies = new byte[Crowd.MaxSize][];
    private readonly byte[][] _runIds;

    private RequestTemplate(string method, string target, string? type, string? body, IReadOnlyList<string> runs)
    {
        _bytes = HttpBytes.Write(method, Mark(target), type, body is null ? null : Mark(body));
        _numbers = Places((byte)NumberMark, Digits);
        _runs = Places((byte)RunMark, RunLength);
        _runIds = [.. runs.Select(Encoding.ASCII.GetBytes)];
        if (_runs.Length > 0 && _runIds.Length == 0)
            throw new ArgumentException($"{method} {target} names runs, and there are none.", nameof(runs));
    }

    public static RequestTemplate Get(string target, IReadOnlyList<string>? runs = null) => new("GET", target, type: null, body: null, runs ?? []);

    public static RequestTemplate Post(string target, string json, IReadOnlyList<string>? runs = null) =>
        new("POST", target, "application/json", json, runs ?? []);

    public static RequestTemplate Put(string target, string body, IReadOnlyList<string>? runs = null) =>
        new("PUT", target, "application/octet-stream", body, runs ?? []);

    /// <summary>An <see cref="Exchange"/>.</summary>
    public Answer Send(Connection connection, long index)
    {
        var bytes = _copies[connection.Number] ??= [.. _bytes];
        foreach (var place in _numbers)
            Utf8Formatter.TryFormat(FirstNumber + index, bytes.AsSpan(place, Digits), out _);
        if (_runs.Length > 0)
        {
            var run = _runIds[index % _runIds.Length];
            foreach (var place in _runs)
                run.CopyTo(bytes, place);
        }

        return connection.Send(bytes);
    }

    private static string Mark(string text) => text
        .Replace("<n>", new string(NumberMark, Digits), StringComparison.Ordinal)
        .Replace("<run>", new string(RunMark, RunLength), StringComparison.Ordinal);

    private int[] Places(byte mark, int length)
    {
        var places = new List<int>();
        for (var at = 0; at < _bytes.Length; at++)
        {
            if (_bytes[at] != mark)
                continue;
            places.Add(at);
            at += length - 1;
        }

        return [.. places];
    }
}
