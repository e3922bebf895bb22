using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>SQL of <c>lin_event</c>.</summary>
internal static class EventStore
{
    private const string InsertNew = """
        insert into lin_event (tenant_id, event_id, kind, event_at, event_type, run_id, job, producer, body, received_at)
        values (@tenant, @id, @kind, @at, @type, @run, @job, @producer, @body, @now)
            on conflict (tenant_id, event_id) do nothing
        """;

    // Bodies are read of those alone that fit together, and of the first.
    private const string Page = """
        with page as (
            select event_id, event_at, length(body) as size
              from lin_event
             where tenant_id = @tenant
               and event_at >= @first
               and event_at <= @last
               and (event_at < @at or (event_at = @at and event_id > @id))
             order by event_at desc, event_id
             limit @limit),
        sized as (
            select event_id, event_at, row_number() over (order by event_at desc, event_id) as place,
                   sum(size) over (order by event_at desc, event_id) as total
              from page)
        select e.event_id, e.event_at, e.body, (select count(*) from page)
          from sized s
          join lin_event e on e.tenant_id = @tenant and e.event_id = s.event_id
         where s.place = 1 or s.total <= @budget
         order by e.event_at desc, e.event_id
        """;

    /// <summary>Adds an event; false when it was there.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, OpenLineageEvent e, long now)
    {
        using var statement = session.Sql(InsertNew)
            .Set("tenant", workspace.Value).Set("id", e.Id).Set("kind", e.Kind).Set("at", e.At).Set("type", e.EventType).Set("run", e.RunId).Set("job", e.Job)
            .Set("producer", e.Producer).Set("body", e.Body).Set("now", now);
        return await statement.ExecuteAsync() > 0;
    }

    /// <summary>Events, newest first, after one: the first, and as many as have no more characters together than the budget; with each, how many there are up to the limit.</summary>
    public static async ValueTask<List<(string Id, long At, string Body, long There)>> ListAsync(
        DbSession session, WorkspaceId workspace, (long First, long Last) times, (long At, string Id) after, int limit, long budget)
    {
        using var statement = session.Sql(Page)
            .Set("tenant", workspace.Value).Set("first", times.First).Set("last", times.Last).Set("at", after.At).Set("id", after.Id).Set("limit", limit).Set("budget", budget);
        return await statement.ListAsync(static row => (row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetInt64(3)));
    }
}
