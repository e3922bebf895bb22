using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Days of prediction logs go when their time has come, those of each deployment in its own.</summary>
public sealed class LogRetentionTests : IAsyncLifetime
{
    private ServiceProvider _services = null!;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-retention-");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 5, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Db Db => _services.GetRequiredService<Db>();

    public async ValueTask InitializeAsync()
    {
        _services = new ServiceCollection().AddLogging().AddStorage(new DatabaseOptions(), Path.Combine(_folder.FullName, "data")).AddMigrations("srv", typeof(ServingModule).Assembly).BuildServiceProvider();
        await _services.MigrateAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_is_older_than_its_deployment_keeps_it_is_deleted_and_nothing_else()
    {
        var blobs = new FileBlobs(Path.Combine(_folder.FullName, "blobs"), _clock);
        var month = await DeployAsync("month", new PredictionLogSpec { RetentionDays = 30 });
        var usual = await DeployAsync("usual", new PredictionLogSpec());
        // Its log was turned off, or it is gone: what is there goes after the usual time.
        var off = await DeployAsync("off", log: null);
        var removed = await DeployAsync("removed", new PredictionLogSpec { RetentionDays = 30 }, isRemoved: true);
        foreach (var key in new[] { month, usual, off, removed })
        {
            foreach (var days in new[] { 0, 29, 30, 31, 90, 91, 400 })
                await PutAsync(blobs, LogPlace.New(key, Day(days), 1, 2).Key);
        }

        await PutAsync(blobs, LogPlace.Of(month) + "date=nonsense/a.parquet");
        await PutAsync(blobs, "1/other/date=2020-01-01/a.parquet");
        using var retention = new LogRetention(Db, blobs, _clock, NullLogger<LogRetention>.Instance);

        await retention.SweepAsync(Cancel);

        Assert.Equal([0, 29, 30], await LeftAsync(blobs, month));
        Assert.Equal([0, 29, 30, 31, 90], await LeftAsync(blobs, usual));
        Assert.Equal([0, 29, 30, 31, 90], await LeftAsync(blobs, off));
        Assert.Equal([0, 29, 30], await LeftAsync(blobs, removed));
        Assert.NotNull(await blobs.HeadAsync(LogPlace.Of(month) + "date=nonsense/a.parquet", Cancel));
        Assert.NotNull(await blobs.HeadAsync("1/other/date=2020-01-01/a.parquet", Cancel));

        _clock.Advance(TimeSpan.FromDays(1));
        await retention.SweepAsync(Cancel);
        Assert.Equal([1, 30], await LeftAsync(blobs, month));
    }

    private DateOnly Day(int ago) => DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime).AddDays(-ago);

    private async Task<DeploymentKey> DeployAsync(string name, PredictionLogSpec? log, bool isRemoved = false)
    {
        var key = new DeploymentKey(WorkspaceId.Default, "production", name);
        await Db.WriteAsync<Done>(async session =>
        {
            await DeploymentStore.PutAsync(session, new(key, 1, isRemoved, new() { Log = log }, "ann", 0, 0));
            return Done.Ok;
        }, Cancel);
        return key;
    }

    private static async Task PutAsync(FileBlobs blobs, string key)
    {
        using var content = new MemoryStream([1]);
        await blobs.PutAsync(key, content, Cancel);
    }

    // How many days ago the days are that are left.
    private async Task<List<int>> LeftAsync(FileBlobs blobs, DeploymentKey key)
    {
        var today = Day(0);
        var left = new List<int>();
        await foreach (var blob in blobs.ListAsync(LogPlace.Of(key), Cancel))
        {
            var date = blob.Key.Split('/')[^2]["date=".Length..];
            if (DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                left.Add(today.DayNumber - day.DayNumber);
        }

        return [.. left.Order()];
    }
}
