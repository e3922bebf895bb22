using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_exception</c>.</summary>
internal static class ExceptionStore
{
    private const string InsertSql = """
        insert into gov_exception (tenant_id, exception_id, exception_key, state, control, model, requested_at, expires_at, document)
        values (@tenant, @id, @key, @state, @control, @model, @at, @expires, @document)
            on conflict do nothing
        """;

    private const string UpdateSql = """
        update gov_exception
           set state = @state, document = @document
         where tenant_id = @tenant and exception_id = @id
        """;

    private const string FindSql = "select document from gov_exception where tenant_id = @tenant and exception_id = @id";

    private const string LockSql = "select document from gov_exception where tenant_id = @tenant and exception_id = @id {for update}";

    private const string FindKeySql = "select document from gov_exception where tenant_id = @tenant and exception_key = @key";

    // An approved one that has expired keeps its state; what the time says of it is asked here.
    private const string ListSql = """
        select document
          from gov_exception
         where tenant_id = @tenant and exception_id < @before
           and (@state is null
                or (@state = 'expired' and state = 'approved' and expires_at <= @now)
                or (@state = 'approved' and state = 'approved' and expires_at > @now)
                or (@state not in ('approved', 'expired') and state = @state))
           and (@control is null or control = @control)
           and (@model is null or model = @model)
         order by exception_id desc
         limit @limit
        """;

    private const string BetweenSql = """
        select document
          from gov_exception
         where tenant_id = @tenant and requested_at < @until and expires_at >= @since
         order by exception_id desc
         limit @limit
        """;

    /// <summary>False when there is one with that key.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, PolicyExceptionEntry made, string document)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", made.Id).Set("key", made.Key).Set("state", made.State).Set("control", made.Control)
            .Set("model", made.Model).Set("at", (long?)made.RequestedAt).Set("expires", (long?)made.ExpiresAt).Set("document", document);
        return await sql.ExecuteAsync() == 1;
    }

    public static async ValueTask UpdateAsync(DbSession session, WorkspaceId workspace, PolicyExceptionEntry next, string document)
    {
        using var sql = session.Sql(UpdateSql).Set("tenant", workspace.Value).Set("id", next.Id).Set("state", next.State).Set("document", document);
        await sql.ExecuteAsync();
    }

    public static ValueTask<PolicyExceptionEntry?> FindAsync(DbSession session, WorkspaceId workspace, string id) => FindAsync(session, FindSql, workspace, id);

    /// <summary>Finds one, and keeps others from changing it until the transaction ends.</summary>
    public static ValueTask<PolicyExceptionEntry?> LockAsync(DbSession session, WorkspaceId workspace, string id) => FindAsync(session, LockSql, workspace, id);

    public static async ValueTask<PolicyExceptionEntry?> FindKeyAsync(DbSession session, WorkspaceId workspace, string key)
    {
        using var sql = session.Sql(FindKeySql).Set("tenant", workspace.Value).Set("key", key);
        return await sql.FindAsync(static row => RegisterText.Read<PolicyExceptionEntry>(row.GetString(0)));
    }

    public static async ValueTask<List<PolicyExceptionEntry>> ListAsync(DbSession session, WorkspaceId workspace, string? state, string? control, string? model, long now, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("state", state).Set("now", (long?)now).Set("control", control).Set("model", model)
            .Set("limit", (long?)limit);
        return await sql.ListAsync(static row => RegisterText.Read<PolicyExceptionEntry>(row.GetString(0)));
    }

    /// <summary>Those that were asked for before the period's end and had not expired at its beginning, newest first.</summary>
    public static async ValueTask<List<PolicyExceptionEntry>> BetweenAsync(DbSession session, WorkspaceId workspace, long since, long until, int limit)
    {
        using var sql = session.Sql(BetweenSql).Set("tenant", workspace.Value).Set("until", (long?)until).Set("since", (long?)since).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => RegisterText.Read<PolicyExceptionEntry>(row.GetString(0)));
    }

    private static async ValueTask<PolicyExceptionEntry?> FindAsync(DbSession session, string text, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(text).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(static row => RegisterText.Read<PolicyExceptionEntry>(row.GetString(0)));
    }
}
