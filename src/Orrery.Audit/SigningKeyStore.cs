using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Table <c>aud_key</c>.</summary>
internal static class SigningKeyStore
{
    private const string ListAll = """
        select key_id, public_key, not_before, not_after, private_key, last_at
          from aud_key
         where tenant_id = 0
         order by not_before desc, key_id
        """;

    private const string Insert = """
        insert into aud_key (tenant_id, key_id, public_key, private_key, not_before, not_after)
        values (0, @id, @public, @private, @from, @until)
        """;

    private const string End = """
        update aud_key
           set not_after = case when last_at > @at then last_at else @at end
         where tenant_id = 0 and not_after > @at
        """;

    // Documents that are signed at once may be written in another order.
    private const string Use = """
        update aud_key
           set last_at = case when last_at > @at then last_at else @at end
         where tenant_id = 0 and key_id = @id and not_after >= @at
        """;

    public static async ValueTask<List<(AuditKey Key, byte[] Private, long LastAt)>> ListAsync(DbSession session)
    {
        using var statement = session.Sql(ListAll);
        return await statement.ListAsync(static row => (new AuditKey
        {
            KeyId = row.GetString(0),
            PublicKey = row.GetString(1),
            NotBefore = row.GetInt64(2),
            NotAfter = row.GetInt64(3),
        }, row.GetFieldValue<byte[]>(4), row.GetInt64(5)));
    }

    public static async ValueTask AddAsync(DbSession session, AuditKey key, byte[] secret)
    {
        using var statement = session.Sql(Insert)
            .Set("id", key.KeyId).Set("public", key.PublicKey).Set("private", secret).Set("from", key.NotBefore).Set("until", key.NotAfter);
        await statement.ExecuteAsync();
    }

    /// <summary>Remembers that a key signed a document; in the document's transaction.</summary>
    /// <returns>False when the key had ended by then.</returns>
    public static async ValueTask<bool> UseAsync(DbSession session, string keyId, long at)
    {
        using var statement = session.Sql(Use).Set("at", at).Set("id", keyId);
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>Ends all keys that are good still, none before the last document that it signed.</summary>
    public static async ValueTask EndAsync(DbSession session, long at)
    {
        using var statement = session.Sql(End).Set("at", at);
        await statement.ExecuteAsync();
    }
}
