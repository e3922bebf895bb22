using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using StackExchange.Redis;

namespace Orrery.Features;

/// <summary>
/// The connection to Redis. While Redis is away every call is refused at once; in the background it is tried until it answers. Thread-safe.
/// </summary>
internal sealed class RedisLink : IAsyncDisposable
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RebuildAfter = TimeSpan.FromSeconds(2);

    private readonly ConfigurationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private ConnectionMultiplexer? _connection;
    private IDatabase? _database;
    private Task _probing = Task.CompletedTask;
    private int _away;

    public RedisLink(ConfigurationOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>True while calls are refused.</summary>
    public bool IsAway => Volatile.Read(ref _away) != 0;

    /// <summary>Connects; when Redis does not answer it goes on trying.</summary>
    public async Task StartAsync()
    {
        if (!await ConnectAsync())
            Trip(cause: null);
    }

    /// <summary>Asks Redis something.</summary>
    /// <returns><c>features.online_unavailable</c> when it is away or does not answer in time; <c>features.online_full</c> when its memory is full.</returns>
    public async ValueTask<Result<T>> AskAsync<T>(Func<IDatabase, Task<T>> ask, TimeSpan timeout, CancellationToken cancel)
    {
        if (IsAway || Volatile.Read(ref _database) is not { } database)
            return Away();
        try
        {
            return await ask(database).WaitAsync(timeout, _time, cancel);
        }
        catch (RedisServerException e) when (!IsPassing(e))
        {
            return e.Message.StartsWith("OOM", StringComparison.Ordinal)
                ? Failure.Unavailable("features.online_full", "Redis has no memory left (maxmemory); the write was not taken.")
                : Failure.Unavailable("features.online_unavailable", $"Redis refused the command: {e.Message}");
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            Trip(e);
            return Away();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _probing;
        _connection?.Dispose();
        _stopping.Dispose();
    }

    // Starting, or a replica that has lost its primary.
    private static bool IsPassing(RedisServerException e) =>
        e.Message.StartsWith("LOADING", StringComparison.Ordinal) || e.Message.StartsWith("MASTERDOWN", StringComparison.Ordinal)
        || e.Message.StartsWith("READONLY", StringComparison.Ordinal);

    private static Failure Away() => Failure.Unavailable("features.online_unavailable", "The online store (Redis) does not answer. Try again.");

    private void Trip(Exception? cause)
    {
        if (Interlocked.Exchange(ref _away, 1) != 0 || _stopping.IsCancellationRequested)
            return;
        Log.RedisAway(_logger, cause);
        _probing = Task.Run(ProbeAsync);
    }

    private async Task ProbeAsync()
    {
        var since = _time.GetTimestamp();
        try
        {
            while (!await AnswersAsync())
            {
                await Task.Delay(ProbeInterval, _time, _stopping.Token);
                if (_time.GetElapsedTime(since) < RebuildAfter)
                    continue;
                // A connection that was broken off halfway may never find back.
                await ConnectAsync();
                since = _time.GetTimestamp();
            }

            Volatile.Write(ref _away, 0);
            Log.RedisBack(_logger);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            if (_database is not { } database || _connection is not { IsConnected: true })
                return false;
            await database.PingAsync().WaitAsync(ProbeTimeout, _time, _stopping.Token);
            return true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task<bool> ConnectAsync()
    {
        try
        {
            var connection = await ConnectionMultiplexer.ConnectAsync(_options.Clone());
            var former = _connection;
            _connection = connection;
            Volatile.Write(ref _database, connection.GetDatabase());
            former?.Dispose();
            return connection.IsConnected;
        }
        catch (RedisException)
        {
            return false;
        }
    }
}
