using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of <c>trk_run.fingerprint</c>, and of what goes into it.</summary>
internal static class FingerprintStore
{
    private const string Parts = """
        select 'p', key, value
          from trk_param
         where tenant_id = @tenant
           and run_id = @run
         union all
        select 'd', dataset_digest, ''
          from trk_input
         where tenant_id = @tenant
           and run_id = @run
         union all
        select 't', key, value
          from trk_tag
         where tenant_id = @tenant
           and run_id = @run
           and key in ('mlflow.source.git.commit', 'mlflow.source.name')
         union all
        select 'e', '', environment
          from trk_run
         where tenant_id = @tenant
           and run_id = @run
           and environment is not null
         order by 1, 2, 3
        """;

    private const string Update = """
        update trk_run
           set fingerprint = @fingerprint
         where tenant_id = @tenant
           and run_id = @run
        """;

    private const string ListEqual = $"""
        select {RunStore.Columns}
          from trk_run r
         where r.tenant_id = @tenant
           and r.fingerprint = @fingerprint
           and r.lifecycle = 'active'
           and r.run_id <> @run
         order by r.started_at desc, r.run_id
         limit @limit
        """;

    public static async ValueTask<RunIdentity> LoadAsync(DbSession session, WorkspaceId workspace, string runId)
    {
        using var statement = session.Sql(Parts).Set("tenant", workspace.Value).Set("run", runId);
        var parts = await statement.ListAsync(static row => (Kind: row.GetString(0)[0], Key: row.GetString(1), Value: row.GetString(2)));
        var environment = parts.Find(static p => p.Kind == 'e').Value is { } json ? EnvironmentStore.Parse(json) : null;
        var commit = Tag(RunTags.GitCommit) ?? environment?.Git?.Commit;
        return new(
            string.IsNullOrEmpty(commit) ? null : commit,
            Tag(RunTags.SourceName),
            environment?.Git?.Dirty ?? false,
            [.. parts.Where(static p => p.Kind == 'p').Select(static p => new Pair(p.Key, p.Value))],
            [.. parts.Where(static p => p.Kind == 'd' && p.Key.Length > 0).Select(static p => p.Key).Distinct()]);

        string? Tag(string key) => parts.Find(p => p.Kind == 't' && p.Key == key).Value;
    }

    /// <summary>Records the fingerprint of a run that has ended, by which others find it.</summary>
    public static async ValueTask RecordAsync(DbSession session, WorkspaceId workspace, string runId)
    {
        var fingerprint = (await LoadAsync(session, workspace, runId)).Fingerprint();
        using var statement = session.Sql(Update).Set("fingerprint", fingerprint).Set("tenant", workspace.Value).Set("run", runId);
        await statement.ExecuteAsync();
    }

    /// <summary>Active runs of that fingerprint but for one, newest first.</summary>
    public static async ValueTask<List<Run>> EqualAsync(DbSession session, WorkspaceId workspace, string fingerprint, string runId, int limit)
    {
        using var statement = session.Sql(ListEqual)
            .Set("tenant", workspace.Value).Set("fingerprint", fingerprint).Set("run", runId).Set("limit", limit);
        return await statement.ListAsync(RunStore.Read);
    }
}
