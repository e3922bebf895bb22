using System.Runtime.ExceptionServices;

namespace Orrery.Load;

/// <summary>Connections with a thread each.</summary>
internal sealed class Crowd : IDisposable
{
    public const int MaxSize = 64;

    private readonly Connection[] _connections;

    public Crowd(int port, int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxSize);
        _connections = [.. Enumerable.Range(0, size).Select(number => new Connection(number, port))];
    }

    public int Size => _connections.Length;

    public long Sent => _connections.Sum(static c => c.Sent);

    public long Received => _connections.Sum(static c => c.Received);

    /// <summary>Runs <paramref name="work"/> on all connections at once and waits for them; the first failure is thrown.</summary>
    public void Run(Action<Connection> work)
    {
        ExceptionDispatchInfo? failed = null;
        var threads = _connections.Select(connection => new Thread(() =>
        {
            try
            {
                work(connection);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failed, ExceptionDispatchInfo.Capture(e), null);
            }
        })).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
        failed?.Throw();
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Dispose();
    }
}
