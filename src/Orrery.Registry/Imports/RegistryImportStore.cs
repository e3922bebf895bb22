using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>SQL of imported models and versions.</summary>
internal static class RegistryImportStore
{
    private const string FindModel = """
        select name, imported_updated
          from reg_model
         where tenant_id = @tenant
           and imported_from = @origin
        """;

    private const string WriteModel = """
        update reg_model
           set description = @description, created_by = @by, created_at = @created, updated_at = @updated, imported_from = @origin, imported_updated = @updated
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
        select imported_from, imported_updated
          from reg_version
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
        """;

    private const string WriteVersion = """
        update reg_version
           set stage = @stage, description = @description, source = @source, storage_uri = @storage, run_id = @run, run_link = @link,
               logged_model_id = @logged, created_by = @by, created_at = @created, updated_at = @updated, imported_from = @origin,
               imported_updated = @updated, below = @below
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
        """;

    private const string ListAliases = """
        select alias, version, imported_version
          from reg_alias
         where tenant_id = @tenant
           and model_id = @model
         order by alias
        """;

    private const string SetAlias = """
        insert into reg_alias (tenant_id, model_id, alias, version, imported_version)
        values (@tenant, @model, @alias, @version, @version)
            on conflict (tenant_id, model_id, alias) do update set version = excluded.version, imported_version = excluded.imported_version
        """;

    /// <summary>What the model is called here that came from an origin, and its time of change as it came; null when none did.</summary>
    public static async ValueTask<ImportedName?> FindAsync(DbSession session, WorkspaceId workspace, string origin)
    {
        using var statement = session.Sql(FindModel).Set("tenant", workspace.Value).Set("origin", origin);
        return await statement.FindAsync(static row => new ImportedName(row.GetString(0), row.IsDBNull(1) ? null : row.GetInt64(1)));
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

    /// <summary>Where a version came from, and its time of change as it came; null when it was registered here.</summary>
    public static async ValueTask<ImportedName?> FindOriginAsync(DbSession session, WorkspaceId workspace, string model, long version)
    {
        using var statement = session.Sql(FindOrigin).Set("tenant", workspace.Value).Set("model", model).Set("version", version);
        return await statement.FindAsync(static row => row.IsDBNull(0) ? null : new ImportedName(row.GetString(0), row.IsDBNull(1) ? null : row.GetInt64(1)));
    }

    /// <summary>Writes everything of a version but its number, tags and aliases.</summary>
    public static async ValueTask WriteAsync(DbSession session, WorkspaceId workspace, ModelVersion version, string origin)
    {
        using var statement = session.Sql(WriteVersion)
            .Set("stage", version.Stage).Set("description", version.Description).Set("source", version.Source).Set("storage", version.StorageUri)
            .Set("run", version.RunId).Set("link", version.RunLink).Set("logged", version.LoggedModelId).Set("by", version.CreatedBy)
            .Set("created", version.CreatedAt).Set("updated", version.UpdatedAt).Set("origin", origin)
            .Set("below", VersionReferences.Below(version))
            .Set("tenant", workspace.Value).Set("model", version.ModelId).Set("version", version.Version);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<List<ImportedAlias>> ListAliasesAsync(DbSession session, WorkspaceId workspace, string model)
    {
        using var statement = session.Sql(ListAliases).Set("tenant", workspace.Value).Set("model", model);
        return await statement.ListAsync(static row => new ImportedAlias(row.GetString(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2)));
    }

    public static async ValueTask SetAliasAsync(DbSession session, WorkspaceId workspace, string model, string alias, long version)
    {
        using var statement = session.Sql(SetAlias).Set("tenant", workspace.Value).Set("model", model).Set("alias", alias).Set("version", version);
        await statement.ExecuteAsync();
    }
}

/// <summary>What is known of something that was imported.</summary>
/// <param name="Name">Of the model here, or of where a version came from.</param>
/// <param name="UpdatedAt">Its time of change as the last import wrote it.</param>
internal sealed record ImportedName(string Name, long? UpdatedAt);

/// <summary>An alias, and what the last import made of it.</summary>
/// <param name="Alias">Its name.</param>
/// <param name="Version">What it stands for.</param>
/// <param name="Imported">What the last import set it to; null when none did.</param>
internal sealed record ImportedAlias(string Alias, long Version, long? Imported)
{
    /// <summary>Nobody set it here since.</summary>
    public bool IsAsImported => Imported == Version;
}
