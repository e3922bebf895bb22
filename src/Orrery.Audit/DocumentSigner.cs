using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Signs documents of modules above with the keys of the trail's checkpoints, so that whoever has those keys can check both.</summary>
public sealed class DocumentSigner
{
    private readonly SigningKeys _keys;

    internal DocumentSigner(SigningKeys keys) => _keys = keys;

    /// <summary>Signs; the time and key that the document names are told before, since they are part of what is signed.</summary>
    /// <param name="at">When, Unix milliseconds.</param>
    /// <param name="bytes">Given the time and the key's id, what is signed. It begins with words that no other kind of document begins with.</param>
    /// <param name="write">Given the time, the key's id and the signature (base64, ECDSA P-256 with SHA-256), writes the document.</param>
    /// <param name="db">Where it is written.</param>
    /// <param name="cancel">Abandons the call.</param>
    /// <returns><c>audit.key_ended</c> when the key was replaced meanwhile: to be tried again.</returns>
    public async ValueTask<Result<Done>> SignAsync(
        Db db, long at, Func<long, string, byte[]> bytes, Func<DbSession, long, string, string, ValueTask<Result<Done>>> write, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(db);
        using var signer = await _keys.CurrentAsync(cancel);
        var then = Math.Max(at, signer.Key.NotBefore);
        var signature = Convert.ToBase64String(signer.Sign(bytes(then, signer.Key.KeyId)));
        return await db.WriteAsync<Done>(async session => await SigningKeyStore.UseAsync(session, signer.Key.KeyId, then)
            ? await write(session, then, signer.Key.KeyId, signature)
            : Failure.Unavailable("audit.key_ended", "The signing key was replaced meanwhile; try again."), cancel);
    }
}
