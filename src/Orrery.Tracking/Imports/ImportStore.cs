using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of <c>trk_import</c>: what came from where, and how far it got.</summary>
internal static class ImportStore
{
    private const string Insert = """
        insert into trk_import (tenant_id, kind, id, source, stage, points, completed_at)
        values (@tenant, @kind, @id, @source, @stage, 0, null)
            on conflict do nothing
        """;

    private const string Lock = """
        select source, stage, points, completed_at
          from trk_import
         where tenant_id = @tenant
           and kind = @kind
           and id = @id
        {for update}
        """;

    private const string SetStage = """
        update trk_import
           set stage = @stage
         where tenant_id = @tenant
           and kind = @kind
           and id = @id
        """;

    private const string AddPoints = """
        update trk_import
           set points = points + @points
         where tenant_id = @tenant
           and kind = @kind
           and id = @id
        returning points
        """;

    private const string Complete = """
        update trk_import
           set completed_at = @at
         where tenant_id = @tenant
           and kind = @kind
           and id = @id
        """;

    /// <summary>Begins one; false when there is one of that id already.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, ImportKey key, string source, string stage)
    {
        using var statement = session.Sql(Insert)
            .Set("tenant", workspace.Value).Set("kind", key.Kind).Set("id", key.Id).Set("source", source).Set("stage", stage);
        return await statement.ExecuteAsync() > 0;
    }

    /// <summary>One import, its row locked; null when there is none.</summary>
    public static async ValueTask<Import?> LockAsync(DbSession session, WorkspaceId workspace, ImportKey key)
    {
        using var statement = session.Sql(Lock).Set("tenant", workspace.Value).Set("kind", key.Kind).Set("id", key.Id);
        return await statement.FindAsync(Read);
    }

    public static async ValueTask SetStageAsync(DbSession session, WorkspaceId workspace, ImportKey key, string stage)
    {
        using var statement = session.Sql(SetStage).Set("stage", stage).Set("tenant", workspace.Value).Set("kind", key.Kind).Set("id", key.Id);
        await statement.ExecuteAsync();
    }

    /// <summary>How many points there are then.</summary>
    public static async ValueTask<long> AddPointsAsync(DbSession session, WorkspaceId workspace, ImportKey key, long points)
    {
        using var statement = session.Sql(AddPoints).Set("points", points).Set("tenant", workspace.Value).Set("kind", key.Kind).Set("id", key.Id);
        return await statement.LongAsync() ?? throw new InvalidOperationException($"The import of {key.Kind} {key.Id} is gone.");
    }

    public static async ValueTask CompleteAsync(DbSession session, WorkspaceId workspace, ImportKey key, long at)
    {
        using var statement = session.Sql(Complete).Set("at", at).Set("tenant", workspace.Value).Set("kind", key.Kind).Set("id", key.Id);
        await statement.ExecuteAsync();
    }

    private static Import Read(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3));
}

/// <summary>Names an import.</summary>
/// <param name="Kind">run or model.</param>
/// <param name="Id">Of the run or logged model, here as at the source.</param>
internal readonly record struct ImportKey(string Kind, string Id)
{
    public static ImportKey Run(string id) => new("run", id);

    public static ImportKey Model(string id) => new("model", id);
}

/// <summary>How far an import got.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Stage">The lifecycle it gets when it is complete.</param>
/// <param name="Points">Metric points stored.</param>
/// <param name="CompletedAt">Unix milliseconds; null while it is open.</param>
internal sealed record Import(string Source, string Stage, long Points, long? CompletedAt)
{
    public bool IsComplete => CompletedAt is not null;
}
