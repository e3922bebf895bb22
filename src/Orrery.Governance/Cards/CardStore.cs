using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_card_text</c> and <c>gov_card_snapshot</c>.</summary>
internal static class CardStore
{
    private const string TextsSql = """
        select path, version, body, written_by, written_at
          from gov_card_text
         where tenant_id = @tenant and model_id = @model and version in (0, @version)
         order by path, version
        """;

    private const string PutTextSql = """
        insert into gov_card_text (tenant_id, model_id, version, path, body, written_by, written_at)
        values (@tenant, @model, @version, @path, @body, @by, @at)
            on conflict (tenant_id, model_id, version, path) do update
               set body = excluded.body, written_by = excluded.written_by, written_at = excluded.written_at
        """;

    private const string RemoveTextSql = "delete from gov_card_text where tenant_id = @tenant and model_id = @model and version = @version and path = @path";

    private const string NewestSql = """
        select sequence, sha256, model_name, version, score, created_by, created_at
          from gov_card_snapshot
         where tenant_id = @tenant and model_id = @model and version = @version and sequence < @before
         order by sequence desc
         limit @limit
        """;

    private const string FindSql = """
        select sequence, sha256, model_name, version, score, created_by, created_at, body
          from gov_card_snapshot
         where tenant_id = @tenant and model_id = @model and version = @version and sha256 = @sha256
         order by sequence
         limit 1
        """;

    private const string AddSql = """
        insert into gov_card_snapshot (tenant_id, model_id, version, sequence, sha256, model_name, score, body, created_by, created_at)
        values (@tenant, @model, @version, @sequence, @sha256, @name, @score, @body, @by, @at)
        """;

    /// <summary>What was written about a version, and about all versions of its model; by path, what is said of all first.</summary>
    public static async ValueTask<List<CardText>> TextsAsync(DbSession session, WorkspaceId workspace, string model, long version)
    {
        using var sql = session.Sql(TextsSql).Set("tenant", workspace.Value).Set("model", model).Set("version", (long?)version);
        return await sql.ListAsync(static row => new CardText(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetInt64(4)));
    }

    public static async ValueTask PutTextAsync(DbSession session, WorkspaceId workspace, string model, CardText text)
    {
        using var sql = session.Sql(PutTextSql).Set("tenant", workspace.Value).Set("model", model).Set("version", (long?)text.Version).Set("path", text.Path)
            .Set("body", text.Text).Set("by", text.WrittenBy).Set("at", (long?)text.WrittenAt);
        await sql.ExecuteAsync();
    }

    public static async ValueTask RemoveTextAsync(DbSession session, WorkspaceId workspace, string model, long version, string path)
    {
        using var sql = session.Sql(RemoveTextSql).Set("tenant", workspace.Value).Set("model", model).Set("version", (long?)version).Set("path", path);
        await sql.ExecuteAsync();
    }

    /// <summary>Snapshots of a version, newest first, without their cards, with their numbers.</summary>
    public static async ValueTask<List<(long Sequence, CardSnapshot Snapshot)>> ListAsync(DbSession session, WorkspaceId workspace, string model, long version, long before, int limit)
    {
        using var sql = session.Sql(NewestSql).Set("tenant", workspace.Value).Set("model", model).Set("version", (long?)version).Set("before", (long?)before).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => (row.GetInt64(0), Read(row)));
    }

    /// <summary>A snapshot by its hash, with its card as it was written; null when there is none.</summary>
    public static async ValueTask<(CardSnapshot Snapshot, string Body)?> FindAsync(DbSession session, WorkspaceId workspace, string model, long version, string sha256)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("model", model).Set("version", (long?)version).Set("sha256", sha256);
        var found = await sql.ListAsync(static row => (Read(row), row.GetString(7)));
        return found is [var one] ? one : null;
    }

    public static async ValueTask AddAsync(DbSession session, WorkspaceId workspace, string model, long version, long sequence, CardSnapshot snapshot, string body)
    {
        using var sql = session.Sql(AddSql).Set("tenant", workspace.Value).Set("model", model).Set("version", (long?)version).Set("sequence", (long?)sequence)
            .Set("sha256", snapshot.Sha256).Set("name", snapshot.Model).Set("score", (double?)snapshot.Score).Set("body", body).Set("by", snapshot.CreatedBy).Set("at", (long?)snapshot.CreatedAt);
        await sql.ExecuteAsync();
    }

    private static CardSnapshot Read(System.Data.Common.DbDataReader row) => new()
    {
        Sha256 = row.GetString(1),
        Model = row.GetString(2),
        Version = row.GetInt64(3).ToString(System.Globalization.CultureInfo.InvariantCulture),
        Score = row.GetDouble(4),
        CreatedBy = row.GetString(5),
        CreatedAt = row.GetInt64(6),
    };
}
