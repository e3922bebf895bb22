using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of what historical requests and training sets keep in blobs.</summary>
internal static class OfflineStore
{
    private const string Sum = """
        select (select coalesce(sum(size), 0) from fts_historical where tenant_id = @tenant)
             + (select coalesce(sum(size), 0) from fts_training_set where tenant_id = @tenant)
             + (select coalesce(sum(size), 0) from fts_segment where tenant_id = @tenant)
        """;

    public static async ValueTask<long> SumAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(Sum).Set("tenant", workspace.Value);
        return await statement.LongAsync() ?? 0;
    }
}
