using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of <c>fts_usage</c>.</summary>
internal static class UsageStore
{
    private const string AddAll = """
        insert into fts_usage (tenant_id, day, project, kind, name, reads)
        select @tenant, @day, rows.project, rows.kind, rows.name, rows.reads
          from {rows}
         where true
            on conflict (tenant_id, day, project, kind, name) do update set reads = fts_usage.reads + excluded.reads
        """;

    private const string Sums = """
        select kind, name, sum(reads)
          from fts_usage
         where tenant_id = @tenant
           and day >= @day
           and project = @project
         group by kind, name
         order by sum(reads) desc, kind, name
        """;

    private const string DeleteAll = """
        delete from fts_usage
         where tenant_id = @tenant
           and project = @project
        """;

    /// <summary>Adds counts to a day's, all of one workspace.</summary>
    public static async ValueTask AddAsync(DbSession session, WorkspaceId workspace, long day, IReadOnlyList<UsageCount> counts)
    {
        using var statement = session.Sql(AddAll).Set("tenant", workspace.Value).Set("day", day);
        await statement.ExecuteRowsAsync(new SqlRows(counts.Count)
            .Text("project", counts, static c => c.Project)
            .Text("kind", counts, static c => c.Kind)
            .Text("name", counts, static c => c.Name)
            .Whole("reads", counts, static c => c.Reads));
    }

    /// <summary>Reads of a project's services and features from a day on, most first.</summary>
    public static async ValueTask<List<FeatureReads>> SumAsync(DbSession session, WorkspaceId workspace, string project, long day)
    {
        using var statement = session.Sql(Sums).Set("tenant", workspace.Value).Set("day", day).Set("project", project);
        return await statement.ListAsync(static row => new FeatureReads { Kind = row.GetString(0), Name = row.GetString(1), Reads = Convert.ToInt64(row.GetValue(2), null) });
    }

    /// <summary>Forgets a project's counts.</summary>
    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, string project)
    {
        using var statement = session.Sql(DeleteAll).Set("tenant", workspace.Value).Set("project", project);
        await statement.ExecuteAsync();
    }
}
