using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>SQL that finds what versions need.</summary>
internal static class VersionReferenceStore
{
    private const string Named = """
        select run_id
          from reg_version
         where tenant_id = @tenant
           and run_id is not null
           and run_id {in ids}
        union
        select logged_model_id
          from reg_version
         where tenant_id = @tenant
           and logged_model_id is not null
           and logged_model_id {in ids}
        """;

    private const string Elsewhere = """
        select distinct storage_uri
          from reg_version
         where tenant_id = @tenant
           and below is null
        """;

    /// <summary>Those of the ids that versions name as their run or logged model.</summary>
    public static async ValueTask<HashSet<string>> NamedAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> ids)
    {
        using var statement = session.Sql(Named).Set("tenant", workspace.Value).SetList("ids", ids);
        return [.. await statement.ListAsync(static row => row.GetString(0))];
    }

    /// <summary>Where files of versions lie that are not known to be below their own run or logged model.</summary>
    public static async ValueTask<List<string>> ElsewhereAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(Elsewhere).Set("tenant", workspace.Value);
        return await statement.ListAsync(static row => row.GetString(0));
    }
}
