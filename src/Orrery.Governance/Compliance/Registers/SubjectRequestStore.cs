using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_subject_request</c>.</summary>
internal static class SubjectRequestStore
{
    private const string InsertSql = """
        insert into gov_subject_request (tenant_id, request_id, request_key, state, subject, kind, received_at, due_at, document)
        values (@tenant, @id, @key, @state, @subject, @kind, @received, @due, @document)
            on conflict do nothing
        """;

    private const string UpdateSql = """
        update gov_subject_request
           set state = @state, due_at = @due, document = @document
         where tenant_id = @tenant and request_id = @id
        """;

    private const string FindSql = "select document from gov_subject_request where tenant_id = @tenant and request_id = @id";

    private const string LockSql = "select document from gov_subject_request where tenant_id = @tenant and request_id = @id {for update}";

    private const string FindKeySql = "select document from gov_subject_request where tenant_id = @tenant and request_key = @key";

    private const string ListSql = """
        select document
          from gov_subject_request
         where tenant_id = @tenant and request_id < @before
           and (@state is null or state = @state)
           and (@kind is null or kind = @kind)
           and (@subject is null or subject = @subject)
           and (@overdue = 0 or (state in ('received', 'in_progress') and due_at < @now))
         order by request_id desc
         limit @limit
        """;

    private const string BetweenSql = """
        select document
          from gov_subject_request
         where tenant_id = @tenant and received_at < @until and (received_at >= @since or state in ('received', 'in_progress'))
         order by request_id desc
         limit @limit
        """;

    /// <summary>False when there is one with that key.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, SubjectRequest made, string document)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", made.Id).Set("key", made.Key).Set("state", made.State).Set("subject", made.Subject)
            .Set("kind", made.Type).Set("received", (long?)made.ReceivedAt).Set("due", (long?)made.DueAt).Set("document", document);
        return await sql.ExecuteAsync() == 1;
    }

    public static async ValueTask UpdateAsync(DbSession session, WorkspaceId workspace, SubjectRequest next, string document)
    {
        using var sql = session.Sql(UpdateSql).Set("tenant", workspace.Value).Set("id", next.Id).Set("state", next.State).Set("due", (long?)next.DueAt).Set("document", document);
        await sql.ExecuteAsync();
    }

    public static ValueTask<SubjectRequest?> FindAsync(DbSession session, WorkspaceId workspace, string id) => FindAsync(session, FindSql, workspace, id);

    /// <summary>Finds one, and keeps others from changing it until the transaction ends.</summary>
    public static ValueTask<SubjectRequest?> LockAsync(DbSession session, WorkspaceId workspace, string id) => FindAsync(session, LockSql, workspace, id);

    public static async ValueTask<SubjectRequest?> FindKeyAsync(DbSession session, WorkspaceId workspace, string key)
    {
        using var sql = session.Sql(FindKeySql).Set("tenant", workspace.Value).Set("key", key);
        return await sql.FindAsync(static row => RegisterText.Read<SubjectRequest>(row.GetString(0)));
    }

    public static async ValueTask<List<SubjectRequest>> ListAsync(
        DbSession session, WorkspaceId workspace, string? state, string? kind, string? subject, bool overdue, long now, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("state", state).Set("kind", kind).Set("subject", subject)
            .Set("overdue", (long?)(overdue ? 1 : 0)).Set("now", (long?)now).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => RegisterText.Read<SubjectRequest>(row.GetString(0)));
    }

    /// <summary>Those that came in a period, newest first, and those from before that are not answered.</summary>
    public static async ValueTask<List<SubjectRequest>> BetweenAsync(DbSession session, WorkspaceId workspace, long since, long until, int limit)
    {
        using var sql = session.Sql(BetweenSql).Set("tenant", workspace.Value).Set("until", (long?)until).Set("since", (long?)since).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => RegisterText.Read<SubjectRequest>(row.GetString(0)));
    }

    private static async ValueTask<SubjectRequest?> FindAsync(DbSession session, string text, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(text).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(static row => RegisterText.Read<SubjectRequest>(row.GetString(0)));
    }
}
