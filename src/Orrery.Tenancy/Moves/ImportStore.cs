using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>An import that has not ended, or whose traces have not been removed.</summary>
internal sealed record PendingImport(WorkspaceId Workspace, string Name, JobId Job, string Archive, long StartedAt);

/// <summary>How an import ended: with a report (JSON), or with why not.</summary>
internal sealed record ImportEnd(string? Report, Failure? Failure);

/// <summary>Tables <c>ten_import</c> and <c>ten_import_end</c>, and what of <c>ten_workspace</c> belongs to imports.</summary>
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

    private const string InsertEnd = """
        insert into ten_import_end (tenant_id, job_id, report, kind, code, message, ended_at)
        values (@tenant, @job, @report, @kind, @code, @message, @at)
            on conflict do nothing
        """;

    private const string FindEnd = """
        select report, kind, code, message
          from ten_import_end
         where tenant_id = @tenant and job_id = @job
        """;

    private const string PruneEnds = """
        delete from ten_import_end
         where ended_at < @before
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

    /// <summary>Keeps how an import ended, in the transaction that ends it; the first end stays.</summary>
    public static async ValueTask EndAsync(DbSession session, WorkspaceId workspace, JobId job, ImportEnd end, long at)
    {
        using var statement = session.Sql(InsertEnd)
            .Set("tenant", workspace.Value).Set("job", job.ToString()).Set("report", end.Report).Set("kind", end.Failure?.Kind.ToString()).Set("code", end.Failure?.Code)
            .Set("message", end.Failure?.Message).Set("at", at);
        await statement.ExecuteAsync();
    }

    /// <summary>How an import ended; null while it has not.</summary>
    public static async ValueTask<ImportEnd?> FindEndAsync(DbSession session, WorkspaceId workspace, JobId job)
    {
        using var statement = session.Sql(FindEnd).Set("tenant", workspace.Value).Set("job", job.ToString());
        return await statement.FindAsync(static row => row.IsDBNull(0)
            ? new ImportEnd(null, new Failure(Enum.Parse<FailureKind>(row.GetString(1)), row.GetString(2), row.GetString(3)))
            : new ImportEnd(row.GetString(0), null));
    }

    /// <summary>Forgets ends that nobody can ask for any more.</summary>
    public static async ValueTask PruneEndsAsync(DbSession session, long before)
    {
        using var statement = session.Sql(PruneEnds).Set("before", before);
        await statement.ExecuteAsync();
    }
}
