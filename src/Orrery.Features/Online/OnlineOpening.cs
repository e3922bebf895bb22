using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Opens the online store before the first request, and says where it is.</summary>
internal sealed class OnlineOpening(IOnlineStore store, Db db, ILogger<OnlineOpening> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (store is RedisOnlineStore redis)
            await redis.StartAsync();
        if (store is MemoryOnlineStore memory)
        {
            var (rows, bytes, took) = memory.Opened;
            if (rows > 0)
                Log.OnlineOpened(logger, rows, bytes >> 20, (long)took.TotalMilliseconds);
            if (db.Dialect.Kind is DatabaseKind.Postgres)
                Log.OnlineNotShared(logger);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
