using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>Tells at the start whether a server has the key that the secrets in its database were sealed with.</summary>
internal sealed class SecretKeyCheck(Db db, SecretBox box)
{
    private const string Known = "orrery";
    private const string Owner = "secret-key";

    /// <summary>The first server of a database leaves the mark that all others are measured by.</summary>
    /// <exception cref="SecretKeyException">This server's key is another.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        var found = await db.ReadAsync(SecretKeyStore.FindAsync, cancel);
        if (found is null)
        {
            await db.WriteAsync<Done>(async session =>
            {
                await SecretKeyStore.AddAsync(session, box.Seal(Known, WorkspaceId.Platform.Value, Owner));
                return Done.Ok;
            }, cancel);
            found = await db.ReadAsync(SecretKeyStore.FindAsync, cancel);
        }

        if (found is null || box.Open(found, WorkspaceId.Platform.Value, Owner) is not Known)
            throw new SecretKeyException();
    }
}

/// <summary>A server's key is not the one that the secrets in its database were sealed with.</summary>
public sealed class SecretKeyException() : Exception(
    "The secrets in this database were sealed with another key than this server's. Give all servers of a database the same one "
    + "(Orrery:Secrets:KeyFile, or the file secrets.key of the data folder), or restore it from a backup; docs/operations/troubleshooting.md says what to do when it is lost.");
