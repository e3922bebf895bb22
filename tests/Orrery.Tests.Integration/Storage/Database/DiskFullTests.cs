using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>SQLite on a small disk that fills up. Needs root, to mount it.</summary>
public sealed class DiskFullTests : IAsyncLifetime
{
    private readonly string _disk = Directory.CreateTempSubdirectory("orrery-full-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        if (!Environment.IsPrivilegedProcess || Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", _disk) != 0)
            Needed.Missing("A small disk cannot be mounted here: it needs root.");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Run("umount", _disk);
        Directory.Delete(_disk);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_full_disk_fails_the_write_keeps_what_was_acknowledged_and_heals()
    {
        var ballast = Path.Combine(_disk, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[2 << 20], Cancel);
        var acknowledged = new List<string>();
        await using (var server = await StartAsync())
        {
            var db = server.GetRequiredService<Db>();
            await WriteAsync(db, "create table t_full (id text primary key, filler text not null)", "");
            var refused = await Assert.ThrowsAsync<DatabaseUnavailableException>(async () =>
            {
                for (var i = 0; ; i++)
                {
                    await FillAsync(db, $"{i}");
                    acknowledged.Add($"{i}");
                }
            });
            Assert.Contains("full", refused.Message, StringComparison.Ordinal);
            Assert.Equal("storage.disk_full", (await db.CheckAsync(Cancel))?.Code);
            Assert.Equal(acknowledged.Order(), await IdsAsync(db));

            // Many at once on a full disk: each is answered, none half written.
            var ends = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
            {
                try
                {
                    await FillAsync(db, $"many-{i}");
                    return $"many-{i}";
                }
                catch (DatabaseUnavailableException)
                {
                    return null;
                }
            }));
            acknowledged.AddRange(ends.OfType<string>());

            File.Delete(ballast);
            await FillAsync(db, "healed");
            acknowledged.Add("healed");
            Assert.Null(await db.CheckAsync(Cancel));
        }

        await using var again = await StartAsync();
        Assert.Equal(acknowledged.Order(), await IdsAsync(again.GetRequiredService<Db>()));
    }

    private static async Task FillAsync(Db db, string id) => await WriteAsync(db, "insert into t_full (id, filler) values (@id, @filler)", id);

    private static async Task WriteAsync(Db db, string sql, string id) => await db.WriteAsync<Done>(async session =>
    {
        using var statement = session.Sql(sql).Set("id", id).Set("filler", new string('x', 20_000));
        await statement.ExecuteAsync();
        return Done.Ok;
    }, Cancel);

    private static async Task<IEnumerable<string>> IdsAsync(Db db) => (await db.ReadAsync(async session =>
    {
        using var statement = session.Sql("select id from t_full");
        return await statement.ListAsync(static row => row.GetString(0));
    }, Cancel)).Order();

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private async Task<ServiceProvider> StartAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddStorage(new DatabaseOptions(), Path.Combine(_disk, "data"));
        var provider = services.BuildServiceProvider();
        await provider.MigrateAsync(Cancel);
        return provider;
    }
}
