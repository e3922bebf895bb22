using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Testing;

namespace Orrery.Tests.Integration;

/// <summary>The audit trail on a test database, without its loop: a test seals when it wants to.</summary>
internal sealed class AuditServer : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public AuditServer(TestDatabase database, TimeProvider time, AuditOptions? options = null, byte[]? secret = null)
    {
        Secret = secret ?? RandomNumberGenerator.GetBytes(SecretBox.KeyBytes);
        BlobDir = Path.Combine(database.DataDir, "audit-blobs");
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(time)
            .AddSingleton(database.Db)
            .AddSingleton<ServerIdentity>()
            .AddSingleton(new SecretBox(Secret))
            .AddSingleton<IBlobs>(new FileBlobs(BlobDir, time))
            .AddAudit(options)
            .BuildServiceProvider();
    }

    public byte[] Secret { get; }

    public string BlobDir { get; }

    public AuditLog Log => Get<AuditLog>();

    public AuditTrail Trail => Get<AuditTrail>();

    public Sealer Sealer => Get<Sealer>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Writes entries, each in a transaction of its own.</summary>
    public async Task AppendAsync(Actor actor, int count, string action = "run.create")
    {
        for (var i = 0; i < count; i++)
            await WriteAsync(actor, new(action, "run", $"r{i}"));
    }

    public async Task WriteAsync(Actor actor, AuditRecord record) => await Get<Db>().WriteAsync<Done>(async session =>
    {
        await Log.AppendAsync(session, actor, record);
        return Done.Ok;
    }, CancellationToken.None);

    public async Task<List<SealedEntry>> ExportAsync(Actor actor)
    {
        var entries = new List<SealedEntry>();
        await foreach (var entry in Trail.ExportAsync(actor, CancellationToken.None))
            entries.Add(entry);
        return entries;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
