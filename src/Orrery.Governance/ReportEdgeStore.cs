using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of reports in the order in which lineage reads those of before the graph.</summary>
internal static class ReportEdgeStore
{
    private const string CardsSql = """
        select model_id, version, sequence, model_name, created_at
          from gov_card_snapshot
         where tenant_id = @tenant
           and model_id >= @model
           and (model_id > @model or version > @version or (version = @version and sequence > @sequence))
         order by model_id, version, sequence
         limit @limit
        """;

    /// <summary>Snapshots after one, by model, version and number.</summary>
    public static async ValueTask<List<CardName>> CardsAsync(DbSession session, WorkspaceId workspace, (string Model, long Version, long Sequence) after, int limit)
    {
        using var sql = session.Sql(CardsSql).Set("tenant", workspace.Value).Set("model", after.Model).Set("version", (long?)after.Version).Set("sequence", (long?)after.Sequence).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => new CardName(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3), row.GetInt64(4)));
    }
}

/// <summary>A snapshot of a card, without the card.</summary>
internal sealed record CardName(string ModelId, long Version, long Sequence, string Model, long At);
