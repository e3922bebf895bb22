using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of <c>trk_scorer</c> and <c>trk_scorer_version</c>.</summary>
internal static class ScorerStore
{
    private const string Versions = """
        select s.scorer_id, s.experiment_id, s.name, v.version, v.serialized, v.created_at
          from trk_scorer s
          join trk_scorer_version v on v.tenant_id = s.tenant_id and v.scorer_id = s.scorer_id
        """;

    private const string ListLatest = $"""
        {Versions}
         where s.tenant_id = @tenant
           and s.experiment_id = @experiment
           and v.version = (
               select max(l.version)
                 from trk_scorer_version l
                where l.tenant_id = s.tenant_id
                  and l.scorer_id = s.scorer_id)
         order by s.name
        """;

    private const string ListVersions = $"""
        {Versions}
         where s.tenant_id = @tenant
           and s.experiment_id = @experiment
           and s.name = @name
         order by v.version
        """;

    private const string FindVersion = $"""
        {Versions}
         where s.tenant_id = @tenant
           and s.experiment_id = @experiment
           and s.name = @name
           and v.version = @version
        """;

    private const string FindLatest = $"""
        {Versions}
         where s.tenant_id = @tenant
           and s.experiment_id = @experiment
           and s.name = @name
         order by v.version desc
         limit 1
        """;

    private const string TakeVersion = """
        insert into trk_scorer (tenant_id, experiment_id, name, scorer_id, last_version)
        values (@tenant, @experiment, @name, @scorer, 1)
            on conflict (tenant_id, experiment_id, name) do update set last_version = trk_scorer.last_version + 1
        returning scorer_id, last_version
        """;

    private const string InsertVersion = """
        insert into trk_scorer_version (tenant_id, scorer_id, version, serialized, created_at)
        values (@tenant, @scorer, @version, @serialized, @created)
        """;

    private const string RemoveVersion = """
        delete from trk_scorer_version
         where tenant_id = @tenant
           and scorer_id = @scorer
           and version = @version
        """;

    private const string RemoveVersions = """
        delete from trk_scorer_version
         where tenant_id = @tenant
           and scorer_id = @scorer
        """;

    private const string RemoveScorer = """
        delete from trk_scorer
         where tenant_id = @tenant
           and experiment_id = @experiment
           and name = @name
        """;

    public static async ValueTask<List<Scorer>> LatestAsync(DbSession session, WorkspaceId workspace, long experiment)
    {
        using var statement = session.Sql(ListLatest).Set("tenant", workspace.Value).Set("experiment", experiment);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask<List<Scorer>> VersionsAsync(DbSession session, WorkspaceId workspace, long experiment, string name)
    {
        using var statement = session.Sql(ListVersions).Set("tenant", workspace.Value).Set("experiment", experiment).Set("name", name);
        return await statement.ListAsync(Read);
    }

    /// <summary>A version, the latest when <paramref name="version"/> is null.</summary>
    public static async ValueTask<Scorer?> FindAsync(DbSession session, WorkspaceId workspace, long experiment, string name, long? version)
    {
        using var statement = session.Sql(version is null ? FindLatest : FindVersion)
            .Set("tenant", workspace.Value).Set("experiment", experiment).Set("name", name);
        if (version is not null)
            statement.Set("version", version);
        return await statement.FindAsync(Read);
    }

    /// <summary>Inserts the next version of the scorer of this name, which begins with it when there is none.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="workspace">Of all.</param>
    /// <param name="first">The version, as it would be if it were the first.</param>
    public static async ValueTask<Scorer> InsertAsync(DbSession session, WorkspaceId workspace, Scorer first)
    {
        using var take = session.Sql(TakeVersion)
            .Set("tenant", workspace.Value).Set("experiment", first.ExperimentId).Set("name", first.Name).Set("scorer", first.ScorerId);
        var scorer = (await take.FindAsync(row => first with { ScorerId = row.GetString(0), Version = row.GetInt64(1) }))!;
        using var insert = session.Sql(InsertVersion)
            .Set("tenant", workspace.Value).Set("scorer", scorer.ScorerId).Set("version", scorer.Version)
            .Set("serialized", scorer.Serialized).Set("created", scorer.CreatedAt);
        await insert.ExecuteAsync();
        return scorer;
    }

    public static async ValueTask RemoveVersionAsync(DbSession session, WorkspaceId workspace, Scorer scorer)
    {
        using var statement = session.Sql(RemoveVersion)
            .Set("tenant", workspace.Value).Set("scorer", scorer.ScorerId).Set("version", scorer.Version);
        await statement.ExecuteAsync();
    }

    public static async ValueTask RemoveAsync(DbSession session, WorkspaceId workspace, Scorer scorer)
    {
        using var versions = session.Sql(RemoveVersions).Set("tenant", workspace.Value).Set("scorer", scorer.ScorerId);
        await versions.ExecuteAsync();
        using var statement = session.Sql(RemoveScorer)
            .Set("tenant", workspace.Value).Set("experiment", scorer.ExperimentId).Set("name", scorer.Name);
        await statement.ExecuteAsync();
    }

    private static Scorer Read(DbDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetInt64(5));
}
