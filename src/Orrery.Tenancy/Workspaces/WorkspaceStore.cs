using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>SQL of <c>ten_workspace</c>.</summary>
internal static class WorkspaceStore
{
    private const string Columns = "tenant_id, name, display_name, description, cost_centre, contact, needs_second_factor, created_at, version";

    private const string Find = $"""
        select {Columns}
          from ten_workspace
         where name = @name and importing = 0
        """;

    private const string IsArriving = """
        select 1
          from ten_workspace
         where name = @name and importing = 1
        """;

    private const string IsTaken = """
        select 1
          from ten_workspace
         where name = @name
        """;

    // Number 1 is kept for default, whichever comes first.
    private const string Insert = """
        insert into ten_workspace (tenant_id, name, created_at, display_name, description, cost_centre, contact, needs_second_factor)
        select case when @name = 'default' and coalesce(min(tenant_id), 2) > 1 then 1 else coalesce(max(tenant_id), 1) + 1 end,
               @name, @at, @display, @description, @cost, @contact, @second
          from ten_workspace
         where true
            on conflict do nothing
        """;

    private const string Update = """
        update ten_workspace
           set display_name = @display, description = @description, cost_centre = @cost, contact = @contact,
               needs_second_factor = @second, version = version + 1
         where tenant_id = @tenant and version = @version
        """;

    private const string List = $"""
        select {Columns}
          from ten_workspace
         where name > @after and importing = 0
         order by name
         limit @limit
        """;

    // A grant of the platform (workspace 0) holds in each of them; one on a single object makes nobody a member.
    private const string ListOf = $"""
        select {Columns}, whole
          from ten_workspace
          join (
               select w.tenant_id as id, max(case when g.object_kind = '' then 1 else 0 end) as whole
                 from ten_workspace w
                 join ten_grant g on g.tenant_id in (0, w.tenant_id)
                where g.subject_kind = 'principal' and g.subject_id {"{in subjects}"} and (g.expires_at is null or g.expires_at > @now)
                group by w.tenant_id) m on m.id = tenant_id
         where name > @after and importing = 0 and (@only = 0 or tenant_id = @only)
         order by name
         limit @limit
        """;

    private const string All = """
        select tenant_id, name
          from ten_workspace
         where importing = 0
         order by tenant_id
        """;

    public static async ValueTask<Workspace?> FindAsync(DbSession session, string name)
    {
        using var statement = session.Sql(Find).Set("name", name);
        return await statement.FindAsync(Read);
    }

    /// <summary>Whether an import is filling a workspace of that name.</summary>
    public static async ValueTask<bool> IsArrivingAsync(DbSession session, string name)
    {
        using var statement = session.Sql(IsArriving).Set("name", name);
        return await statement.LongAsync() is not null;
    }

    /// <summary>Whether there is a workspace of that name, or one that an import is filling.</summary>
    public static async ValueTask<bool> IsTakenAsync(DbSession session, string name)
    {
        using var statement = session.Sql(IsTaken).Set("name", name);
        return await statement.LongAsync() is not null;
    }

    /// <summary>False when the name, or the number that was next, is taken meanwhile.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, Workspace made)
    {
        using var statement = session.Sql(Insert).Set("name", made.Name).Set("at", made.CreatedAt);
        return await Describe(statement, made).ExecuteAsync() == 1;
    }

    /// <summary>False when it was changed since it was read.</summary>
    public static async ValueTask<bool> UpdateAsync(DbSession session, Workspace changed)
    {
        using var statement = Describe(session.Sql(Update), changed).Set("tenant", changed.Id.Value).Set("version", changed.Version);
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask<List<Workspace>> ListAsync(DbSession session, string after, int limit)
    {
        using var statement = session.Sql(List).Set("after", after).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    /// <summary>
    /// Those in which one of the subjects has a grant, only the one of a number unless that is 0. Of one in which they have single objects
    /// there is no more than what it is called.
    /// </summary>
    public static async ValueTask<List<Workspace>> ListOfAsync(
        DbSession session, IReadOnlyCollection<string> subjects, long only, string after, long now, int limit)
    {
        using var statement = session.Sql(ListOf).Set("after", after).SetList("subjects", subjects).Set("only", only).Set("now", now).Set("limit", limit);
        return await statement.ListAsync(static row => Read(row) is var found && row.GetInt32(9) != 0
            ? found
            : found with { Description = "", CostCentre = "", Contact = "" });
    }

    public static async ValueTask<List<(WorkspaceId Id, string Name)>> AllAsync(DbSession session)
    {
        using var statement = session.Sql(All);
        return await statement.ListAsync(static row => (new WorkspaceId(row.GetInt64(0)), row.GetString(1)));
    }

    private static DbStatement Describe(DbStatement statement, Workspace workspace) => statement
        .Set("display", workspace.DisplayName).Set("description", workspace.Description).Set("cost", workspace.CostCentre)
        .Set("contact", workspace.Contact).Set("second", workspace.NeedsSecondFactor ? 1 : 0);

    private static Workspace Read(DbDataReader row) => new()
    {
        Id = new(row.GetInt64(0)),
        Name = row.GetString(1),
        DisplayName = row.GetString(2),
        Description = row.GetString(3),
        CostCentre = row.GetString(4),
        Contact = row.GetString(5),
        NeedsSecondFactor = row.GetInt64(6) != 0,
        CreatedAt = row.GetInt64(7),
        Version = row.GetInt64(8),
    };
}
