using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>SQL of imported models and versions.</summary>
internal static class RegistryImportStore
{
    private const string FindModel = """
        select name
          from reg_model
         where tenant_id = @tenant
           and imported_from = @origin
        """;

    private const string WriteModel = """
        update reg_model
           set description = @description, created_by = @by, created_at = @created, updated_at = @updated, imported_from = @origin
         where tenant_id = @tenant
           and model_id = @model
        """;

    private const string RaiseLastVersion = """
        update reg_model
           set last_version = @version
         where tenant_id = @tenant
           and model_id = @model
           and last_version < @version
        """;

    private const string FindOrigin = """
        select imported_from
          from reg_version
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
        """;

    private const string WriteVersion = """
        update reg_version
           set stage = @stage, description = @description, source = @source, storage_uri = @storage, run_id = @run, run_link = @link,
               logged_model_id = @logged, created_by = @by, created_at = @created, updated_at = @updated, imported_from = @origin
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
        """;

    /// <summary>What the model is called here that came from an origin; null when none did.</summary>
    public static async ValueTask<string?> FindNameAsync(DbSession session, WorkspaceId workspace, string origin)
    {
        using var statement = session.Sql(FindModel).Set("tenant", workspace.Value).Set("origin", origin);
        return await statement.FindAsync(static row => row.GetString(0));
    }

    /// <summary>Writes everything of a model but its name, tags and versions.</summary>
    public static async ValueTask WriteAsync(DbSession session, WorkspaceId workspace, RegisteredModel model, string origin)
    {
        using var statement = session.Sql(WriteModel)
            .Set("description", model.Description).Set("by", model.CreatedBy).Set("created", model.CreatedAt).Set("updated", model.UpdatedAt)
            .Set("origin", origin).Set("tenant", workspace.Value).Set("model", model.Id);
        await statement.ExecuteAsync();
    }

    /// <summary>Has the model's next version get a number above this.</summary>
    public static async ValueTask RaiseLastVersionAsync(DbSession session, WorkspaceId workspace, string model, long version)
    {
        using var statement = session.Sql(RaiseLastVersion).Set("version", version).Set("tenant", workspace.Value).Set("model", model);
        await statement.ExecuteAsync();
    }

    /// <summary>Where a version came from; null when it was registered here.</summary>
    public static async ValueTask<string?> FindOriginAsync(DbSession session, WorkspaceId workspace, string model, long version)
    {
        using var statement = session.Sql(FindOrigin).Set("tenant", workspace.Value).Set("model", model).Set("version", version);
        return await statement.FindAsync(static row => row.IsDBNull(0) ? null : row.GetString(0));
    }

    /// <summary>Writes everything of a version but its number, tags and aliases.</summary>
    public static async ValueTask WriteAsync(DbSession session, WorkspaceId workspace, ModelVersion version, string origin)
    {
        using var statement = session.Sql(WriteVersion)
            .Set("stage", version.Stage).Set("description", version.Description).Set("source", version.Source).Set("storage", version.StorageUri)
            .Set("run", version.RunId).Set("link", version.RunLink).Set("logged", version.LoggedModelId).Set("by", version.CreatedBy)
            .Set("created", version.CreatedAt).Set("updated", version.UpdatedAt).Set("origin", origin)
            .Set("tenant", workspace.Value).Set("model", version.ModelId).Set("version", version.Version);
        await statement.ExecuteAsync();
    }
}
