using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>The keys that checkpoints are signed with: ECDSA P-256, made when needed, sealed at rest, replaced when their time is over. Thread-safe.</summary>
internal sealed class SigningKeys(Db db, SecretBox box, AuditOptions options, ILogger<SigningKeys> logger, TimeProvider time)
{
    /// <summary>All keys there have been, the newest first.</summary>
    public async Task<IReadOnlyList<AuditKey>> ListAsync(CancellationToken cancel) =>
        [.. (await db.ReadAsync(SigningKeyStore.ListAsync, cancel)).Select(static k => k.Key)];

    /// <summary>
    /// The key to sign with now: the newest that has not ended, also when the clock has stepped back behind its beginning; makes one when
    /// there is none, or none that this server can open. Dispose the result.
    /// </summary>
    public async Task<Signer> CurrentAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();

        // Half a minute of room, so that nothing is signed with a key that ends meanwhile.
        var newest = (await db.ReadAsync(SigningKeyStore.ListAsync, cancel)).FirstOrDefault();
        if (newest.Key is { } key && key.NotAfter > Math.Max(now, key.NotBefore) + 30_000)
        {
            if (Open(key, newest.Private) is { } signer)
                return signer;
            Log.KeyUnreadable(logger, key.KeyId);
        }

        return await RotateAsync(then: null, cancel);
    }

    /// <summary>Makes a new key and ends the ones before.</summary>
    /// <param name="then">Written in the same transaction; null for nothing.</param>
    /// <param name="cancel">Abandons the call.</param>
    public async Task<Signer> RotateAsync(Func<DbSession, AuditKey, ValueTask>? then, CancellationToken cancel)
    {
        // After every time that stands on a document, whatever the clock says.
        var before = await db.ReadAsync(SigningKeyStore.ListAsync, cancel);
        var least = before.Select(static k => Math.Max(k.Key.NotBefore, k.LastAt) + 1).DefaultIfEmpty().Max();
        var from = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), least);
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = made.ExportSubjectPublicKeyInfo();
        var key = new AuditKey
        {
            KeyId = Convert.ToHexStringLower(SHA256.HashData(publicKey))[..16],
            PublicKey = Convert.ToBase64String(publicKey),
            NotBefore = from,
            NotAfter = from + (long)options.KeyLifetime.TotalMilliseconds,
        };
        var secret = box.Seal(Convert.ToBase64String(made.ExportPkcs8PrivateKey()), 0, Owner(key));
        await db.WriteAsync<Done>(async session =>
        {
            await SigningKeyStore.EndAsync(session, key.NotBefore);
            await SigningKeyStore.AddAsync(session, key, secret);
            if (then is not null)
                await then(session, key);
            return Done.Ok;
        }, cancel);
        Log.KeyMade(logger, key.KeyId);
        return Open(key, secret)!;
    }

    private Signer? Open(AuditKey key, byte[] secret)
    {
        if (box.Open(secret, 0, Owner(key)) is not { } text)
            return null;
        var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(Convert.FromBase64String(text), out _);
        return new(key, ecdsa);
    }

    private static string Owner(AuditKey key) => "audit-key/" + key.KeyId;
}

/// <summary>A key at work.</summary>
internal sealed class Signer(AuditKey key, ECDsa ecdsa) : IDisposable
{
    public AuditKey Key => key;

    /// <summary>Signs a document. Whoever writes it calls <see cref="SigningKeyStore.UseAsync"/> in the same transaction.</summary>
    public AuditCheckpoint Sign(AuditCheckpoint document)
    {
        var mine = document with { KeyId = key.KeyId, At = Math.Max(document.At, key.NotBefore) };
        return mine with { Signature = Convert.ToBase64String(ecdsa.SignData(mine.SignedBytes(), HashAlgorithmName.SHA256)) };
    }

    /// <summary>The signature of a document of another kind.</summary>
    public byte[] Sign(ReadOnlySpan<byte> document) => ecdsa.SignData(document, HashAlgorithmName.SHA256);

    public void Dispose() => ecdsa.Dispose();
}
