using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>SQL of <c>dlv_migration_comparison</c>.</summary>
internal static class ComparisonStore
{
    private const string InsertSql = """
        insert into dlv_migration_comparison (tenant_id, migration_id, comparison_id, asked, document)
        values (@tenant, @migration, @id, @asked, @document)
        """;

    // What was asked is not kept longer than it is needed.
    private const string EndSql = """
        update dlv_migration_comparison
           set asked = null, document = @document
         where tenant_id = @tenant and migration_id = @migration and comparison_id = @id and asked is not null
        """;

    private const string AskedSql = """
        select asked, document
          from dlv_migration_comparison
         where tenant_id = @tenant and migration_id = @migration and comparison_id = @id and asked is not null
        """;

    private const string ListSql = """
        select document
          from dlv_migration_comparison
         where tenant_id = @tenant and migration_id = @migration
         order by comparison_id desc
         limit @limit
        """;

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, string migration, ModelMigrationComparison comparison, MigrationQuestion asked)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("migration", migration).Set("id", comparison.Id)
            .Set("asked", JsonSerializer.Serialize(asked, ChecklistJson.Default.MigrationQuestion)).Set("document", Text(comparison));
        await sql.ExecuteAsync();
    }

    /// <summary>False when it has ended already, or is gone.</summary>
    public static async ValueTask<bool> EndAsync(DbSession session, WorkspaceId workspace, string migration, ModelMigrationComparison comparison)
    {
        using var sql = session.Sql(EndSql).Set("tenant", workspace.Value).Set("migration", migration).Set("id", comparison.Id).Set("document", Text(comparison));
        return await sql.ExecuteAsync() == 1;
    }

    /// <summary>One that has not ended.</summary>
    public static async ValueTask<RunningComparison?> FindRunningAsync(DbSession session, WorkspaceId workspace, string migration, string id)
    {
        using var sql = session.Sql(AskedSql).Set("tenant", workspace.Value).Set("migration", migration).Set("id", id);
        return await sql.FindAsync(static row => new RunningComparison(JsonSerializer.Deserialize(row.GetString(0), ChecklistJson.Default.MigrationQuestion)!, Document(row.GetString(1))));
    }

    /// <summary>Newest first.</summary>
    public static async ValueTask<List<ModelMigrationComparison>> ListAsync(DbSession session, WorkspaceId workspace, string migration, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("migration", migration).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => Document(row.GetString(0)));
    }

    private static string Text(ModelMigrationComparison comparison) => JsonSerializer.Serialize(comparison, OrreryJson.TypeOf<ModelMigrationComparison>());

    private static ModelMigrationComparison Document(string text) => JsonSerializer.Deserialize(text, OrreryJson.TypeOf<ModelMigrationComparison>())!;
}

/// <summary>A comparison that has not ended, and what it asks.</summary>
internal sealed record RunningComparison(MigrationQuestion Asked, ModelMigrationComparison Comparison);
