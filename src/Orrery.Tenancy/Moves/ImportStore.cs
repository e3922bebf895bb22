using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>An import that has not ended, or whose traces have not been removed.</summary>
internal sealed record PendingImport(WorkspaceId Workspace, string Name, JobId Job, string Archive, long StartedAt);

/// <summary>Table <c>ten_import</c>, and what of <c>ten_workspace</c> belongs to imports.</summary>
internal static class ImportStore
{
    private const string Keep = """
        update ten_workspace
           set importing = 1
         where tenant_id = @tenant
        """;

    private const string Insert = """
        insert into ten_import (tenant_id, job_id, archive, started_at)
        values (@tenant, @job, @archive, @at)
        """;

    private const string List = """
        select i.tenant_id, w.name, i.job_id, i.archive, i.started_at
          from ten_import i
          join ten_workspace w on w.tenant_id = i.tenant_id
         order by i.tenant_id
        """;

    private const string Show = """
        update ten_workspace
           set importing = 0
         where tenant_id = @tenant and importing = 1
        """;

    private const string Remove = """
        delete from ten_import
         where tenant_id = @tenant
        """;

    private const string Forget = """
        delete from ten_workspace
         where tenant_id = @tenant and importing = 1
        """;

    /// <summary>Hides a workspace that was just made until its import has ended.</summary>
    public static async ValueTask BeginAsync(DbSession session, WorkspaceId workspace, JobId job, string archive, long at)
    {
        using (var keep = session.Sql(Keep).Set("tenant", workspace.Value))
            await keep.ExecuteAsync();
        using var insert = session.Sql(Insert).Set("tenant", workspace.Value).Set("job", job.ToString()).Set("archive", archive).Set("at", at);
        await insert.ExecuteAsync();
    }

    public static async ValueTask<List<PendingImport>> ListAsync(DbSession session)
    {
        using var statement = session.Sql(List);
        return await statement.ListAsync(static row => new PendingImport(
            new(row.GetInt64(0)), row.GetString(1), JobId.Parse(row.GetString(2), null), row.GetString(3), row.GetInt64(4)));
    }

    /// <summary>Lets everybody see the workspace; false when it is not being imported.</summary>
    public static async ValueTask<bool> ShowAsync(DbSession session, WorkspaceId workspace)
    {
        await RemoveAsync(session, workspace);
        using var statement = session.Sql(Show).Set("tenant", workspace.Value);
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>Gives the name back; false when there is nothing to give back.</summary>
    public static async ValueTask<bool> ForgetAsync(DbSession session, WorkspaceId workspace)
    {
        await RemoveAsync(session, workspace);
        using var statement = session.Sql(Forget).Set("tenant", workspace.Value);
        return await statement.ExecuteAsync() == 1;
    }

    private static async ValueTask RemoveAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(Remove).Set("tenant", workspace.Value);
        await statement.ExecuteAsync();
    }
}
