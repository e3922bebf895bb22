using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_incident</c> and <c>gov_incident_event</c>.</summary>
internal static class IncidentStore
{
    private const string InsertSql = """
        insert into gov_incident (tenant_id, incident_id, incident_key, state, severity, kind, model, environment, started_at, opened_at, document)
        values (@tenant, @id, @key, @state, @severity, @kind, @model, @environment, @started, @opened, @document)
            on conflict do nothing
        """;

    private const string UpdateSql = """
        update gov_incident
           set state = @state, severity = @severity, document = @document
         where tenant_id = @tenant and incident_id = @id
        """;

    private const string FindSql = "select document from gov_incident where tenant_id = @tenant and incident_id = @id";

    private const string LockSql = "select document from gov_incident where tenant_id = @tenant and incident_id = @id {for update}";

    private const string FindKeySql = "select document from gov_incident where tenant_id = @tenant and incident_key = @key";

    private const string ListSql = """
        select document
          from gov_incident
         where tenant_id = @tenant and incident_id < @before
           and (@state is null or state = @state)
           and (@severity is null or severity = @severity)
           and (@kind is null or kind = @kind)
           and (@model is null or model = @model)
           and (@environment is null or environment = @environment)
         order by incident_id desc
         limit @limit
        """;

    private const string BetweenSql = """
        select document
          from gov_incident
         where tenant_id = @tenant and opened_at < @until and (opened_at >= @since or state in ('open', 'mitigated'))
         order by incident_id desc
         limit @limit
        """;

    private const string InsertEventSql = """
        insert into gov_incident_event (tenant_id, incident_id, sequence, kind, body, created_by, created_at)
        select @tenant, @id, coalesce(max(sequence), 0) + 1, @kind, @body, @by, @at
          from gov_incident_event
         where tenant_id = @tenant and incident_id = @id
        """;

    private const string EventsSql = """
        select sequence, kind, body, created_by, created_at
          from gov_incident_event
         where tenant_id = @tenant and incident_id = @id
         order by sequence
         limit @limit
        """;

    private const string NoticesSql = """
        select incident_id, kind, min(created_at)
          from gov_incident_event
         where tenant_id = @tenant and incident_id {in ids} and kind {in kinds}
         group by incident_id, kind
        """;

    /// <summary>False when there is one with that key.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, Incident incident, string document)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", incident.Id).Set("key", incident.Key).Set("state", incident.State).Set("severity", incident.Severity)
            .Set("kind", incident.Kind).Set("model", incident.Model).Set("environment", incident.Environment).Set("started", (long?)incident.StartedAt)
            .Set("opened", (long?)incident.OpenedAt).Set("document", document);
        return await sql.ExecuteAsync() == 1;
    }

    public static async ValueTask UpdateAsync(DbSession session, WorkspaceId workspace, Incident incident, string document)
    {
        using var sql = session.Sql(UpdateSql).Set("tenant", workspace.Value).Set("id", incident.Id).Set("state", incident.State).Set("severity", incident.Severity).Set("document", document);
        await sql.ExecuteAsync();
    }

    public static ValueTask<Incident?> FindAsync(DbSession session, WorkspaceId workspace, string id) => FindAsync(session, FindSql, workspace, id);

    /// <summary>Finds one, and keeps others from changing it until the transaction ends.</summary>
    public static ValueTask<Incident?> LockAsync(DbSession session, WorkspaceId workspace, string id) => FindAsync(session, LockSql, workspace, id);

    public static async ValueTask<Incident?> FindKeyAsync(DbSession session, WorkspaceId workspace, string key)
    {
        using var sql = session.Sql(FindKeySql).Set("tenant", workspace.Value).Set("key", key);
        return await sql.FindAsync(static row => RegisterText.Read<Incident>(row.GetString(0)));
    }

    public static async ValueTask<List<Incident>> ListAsync(DbSession session, WorkspaceId workspace, IncidentFilter filter, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("state", filter.State).Set("severity", filter.Severity).Set("kind", filter.Kind)
            .Set("model", filter.Model).Set("environment", filter.Environment).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => RegisterText.Read<Incident>(row.GetString(0)));
    }

    /// <summary>Those that were opened in a period, and those opened before it that have not ended; newest first.</summary>
    public static async ValueTask<List<Incident>> BetweenAsync(DbSession session, WorkspaceId workspace, long since, long until, int limit)
    {
        using var sql = session.Sql(BetweenSql).Set("tenant", workspace.Value).Set("until", (long?)until).Set("since", (long?)since).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => RegisterText.Read<Incident>(row.GetString(0)));
    }

    public static async ValueTask AddEventAsync(DbSession session, WorkspaceId workspace, string id, IncidentEvent added)
    {
        using var sql = session.Sql(InsertEventSql).Set("tenant", workspace.Value).Set("id", id).Set("kind", added.Kind).Set("body", added.Text).Set("by", added.By).Set("at", (long?)added.At);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<List<IncidentEvent>> EventsAsync(DbSession session, WorkspaceId workspace, string id, int limit)
    {
        using var sql = session.Sql(EventsSql).Set("tenant", workspace.Value).Set("id", id).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => new IncidentEvent
        {
            Sequence = row.GetInt64(0),
            Kind = row.GetString(1),
            Text = row.GetString(2),
            By = row.GetString(3),
            At = row.GetInt64(4),
        });
    }

    /// <summary>When events of some kinds first happened to incidents.</summary>
    public static async ValueTask<ILookup<string, (string Kind, long At)>> NoticesAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> incidents, IReadOnlyCollection<string> kinds)
    {
        using var sql = session.Sql(NoticesSql).Set("tenant", workspace.Value).SetList("ids", incidents).SetList("kinds", kinds);
        var found = await sql.ListAsync(static row => (Id: row.GetString(0), Kind: row.GetString(1), At: row.GetInt64(2)));
        return found.ToLookup(static one => one.Id, static one => (one.Kind, one.At));
    }

    private static async ValueTask<Incident?> FindAsync(DbSession session, string text, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(text).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(static row => RegisterText.Read<Incident>(row.GetString(0)));
    }
}
