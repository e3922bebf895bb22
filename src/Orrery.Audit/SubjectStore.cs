using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Table <c>aud_subject_key</c>.</summary>
internal static class SubjectStore
{
    private const string Insert = """
        insert into aud_subject_key (tenant_id, subject_id, secret)
        values (@tenant, @subject, @secret)
            on conflict do nothing
        """;

    private const string Find = """
        select secret
          from aud_subject_key
         where tenant_id = @tenant and subject_id = @subject
        """;

    private const string ListSome = """
        select subject_id, secret
          from aud_subject_key
         where tenant_id = @tenant and subject_id {in subjects}
        """;

    // The platform (0) erases a person everywhere.
    private const string Delete = """
        delete from aud_subject_key
         where (tenant_id = @tenant or @tenant = 0) and subject_id = @subject
        """;

    public static async ValueTask AddAsync(DbSession session, long tenant, string subject, byte[] secret)
    {
        using var statement = session.Sql(Insert).Set("tenant", tenant).Set("subject", subject).Set("secret", secret);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<byte[]?> FindAsync(DbSession session, long tenant, string subject)
    {
        using var statement = session.Sql(Find).Set("tenant", tenant).Set("subject", subject);
        return await statement.FindAsync(static row => row.GetFieldValue<byte[]>(0));
    }

    public static async ValueTask<List<(string Subject, byte[] Secret)>> ListAsync(DbSession session, long tenant, IReadOnlyCollection<string> subjects)
    {
        using var statement = session.Sql(ListSome).Set("tenant", tenant).SetList("subjects", subjects);
        return await statement.ListAsync(static row => (row.GetString(0), row.GetFieldValue<byte[]>(1)));
    }

    public static async ValueTask<int> DeleteAsync(DbSession session, long tenant, string subject)
    {
        using var statement = session.Sql(Delete).Set("tenant", tenant).Set("subject", subject);
        return await statement.ExecuteAsync();
    }
}
