using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_approval</c> and <c>gov_approval_slot</c>.</summary>
internal static class ApprovalStore
{
    private const string Columns = "tenant_id, model_id, requester_id, authors, spec, document, token, checked_at";

    private const string InsertSql = """
        insert into gov_approval (tenant_id, approval_id, model_id, model, version, environment, state, kind, requester_id, authors, spec, document, token, next_at, checked_at, created_at)
        values (@tenant, @id, @model_id, @model, @version, @environment, @state, @kind, @requester, @authors, @spec, @document, @token, @next, @checked, @at)
        """;

    private const string UpdateSql = """
        update gov_approval
           set state = @state, kind = @kind, requester_id = @requester, document = @document, token = @token, next_at = @next
         where tenant_id = @tenant and approval_id = @id
        """;

    private const string FindSql = $"select {Columns} from gov_approval where tenant_id = @tenant and approval_id = @id";

    private const string LockSql = FindSql + "\n {for update}";

    private const string ListSql = $"""
        select {Columns}
          from gov_approval
         where tenant_id = @tenant and approval_id < @before
           and (@state is null or state = @state)
           and (@model is null or model = @model)
           and (@environment is null or environment = @environment)
           and (@all = 1 or model_id {"{in models}"})
         order by approval_id desc
         limit @limit
        """;

    private const string OfVersionSql = $"""
        select {Columns}
          from gov_approval
         where tenant_id = @tenant and model = @model and version = @version and environment = @environment
           and (@state is null or state = @state)
         order by approval_id desc
         limit @limit
        """;

    private const string DueSql = """
        select tenant_id, approval_id
          from gov_approval
         where next_at <= @now
         order by next_at, tenant_id, approval_id
         limit @limit
        """;

    private const string UncheckedSql = """
        select tenant_id, approval_id
          from gov_approval
         where state in ('pending', 'approved') and checked_at < @before
         order by checked_at, tenant_id, approval_id
         limit @limit
        """;

    private const string CheckedSql = "update gov_approval set checked_at = @at where tenant_id = @tenant and approval_id = @id";

    private const string HoldSlotSql = """
        insert into gov_approval_slot (tenant_id, environment, model_id, version, lane, approval_id)
        values (@tenant, @environment, @model_id, @version, @lane, '')
            on conflict (tenant_id, environment, model_id, version, lane) do nothing
        """;

    private const string FindSlotSql = """
        select approval_id
          from gov_approval_slot
         where tenant_id = @tenant and environment = @environment and model_id = @model_id and version = @version and lane = @lane
        """;

    private const string LockSlotSql = FindSlotSql + "\n {for update}";

    private const string SetSlotSql = """
        update gov_approval_slot
           set approval_id = @id
         where tenant_id = @tenant and environment = @environment and model_id = @model_id and version = @version and lane = @lane
        """;

    public static async ValueTask InsertAsync(DbSession session, ApprovalRow row)
    {
        using var sql = Written(session, InsertSql, row).Set("model_id", row.ModelId).Set("model", row.Approval.Model).Set("version", row.Approval.Version)
            .Set("environment", row.Approval.Environment).Set("authors", string.Join('\n', row.Authors))
            .Set("spec", JsonSerializer.Serialize(row.Spec, OrreryJson.TypeOf<ApprovalWorkflowSpec>())).Set("checked", (long?)row.CheckedAt)
            .Set("at", (long?)row.Approval.RequestedAt.ToUnixTimeMilliseconds());
        await sql.ExecuteAsync();
    }

    public static async ValueTask UpdateAsync(DbSession session, ApprovalRow row)
    {
        using var sql = Written(session, UpdateSql, row);
        await sql.ExecuteAsync();
    }

    public static ValueTask<ApprovalRow?> FindAsync(DbSession session, WorkspaceId workspace, string id) => FindAsync(session, FindSql, workspace, id);

    /// <summary>The approval, held until the transaction ends.</summary>
    public static ValueTask<ApprovalRow?> LockAsync(DbSession session, WorkspaceId workspace, string id) => FindAsync(session, LockSql, workspace, id);

    /// <summary>Newest first, before an id; null for all models.</summary>
    public static async ValueTask<List<ApprovalRow>> ListAsync(
        DbSession session, WorkspaceId workspace, ApprovalFilter filter, IReadOnlySet<string>? models, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("state", filter.State).Set("model", filter.Model).Set("environment", filter.Environment)
            .Set("all", (long?)(models is null ? 1 : 0)).SetList("models", models is null ? [] : [.. models]).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Of one version in one environment, newest first.</summary>
    public static async ValueTask<List<ApprovalRow>> OfVersionAsync(
        DbSession session, WorkspaceId workspace, string environment, string model, string version, string? state, int limit)
    {
        using var sql = session.Sql(OfVersionSql).Set("tenant", workspace.Value).Set("model", model).Set("version", version).Set("environment", environment)
            .Set("state", state).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Those of all workspaces for which something is due.</summary>
    public static async ValueTask<List<(WorkspaceId Workspace, string Id)>> DueAsync(DbSession session, long now, int limit)
    {
        using var sql = session.Sql(DueSql).Set("now", (long?)now).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => (new WorkspaceId(row.GetInt64(0)), row.GetString(1)));
    }

    /// <summary>Those of all workspaces that are pending or stand, and were not looked at since a time.</summary>
    public static async ValueTask<List<(WorkspaceId Workspace, string Id)>> UncheckedAsync(DbSession session, long before, int limit)
    {
        using var sql = session.Sql(UncheckedSql).Set("before", (long?)before).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => (new WorkspaceId(row.GetInt64(0)), row.GetString(1)));
    }

    /// <summary>Says that it was looked at.</summary>
    public static async ValueTask CheckedAsync(DbSession session, WorkspaceId workspace, string id, long at)
    {
        using var sql = session.Sql(CheckedSql).Set("tenant", workspace.Value).Set("id", id).Set("at", (long?)at);
        await sql.ExecuteAsync();
    }

    /// <summary>Holds a slot until the transaction ends, and tells what is in it; empty for nothing.</summary>
    public static async ValueTask<string> LockSlotAsync(DbSession session, ApprovalSlot slot)
    {
        using (var hold = Of(session, HoldSlotSql, slot))
            await hold.ExecuteAsync();
        using var sql = Of(session, LockSlotSql, slot);
        return await sql.FindAsync(static row => row.GetString(0)) ?? "";
    }

    /// <summary>What is in a slot; empty for nothing.</summary>
    public static async ValueTask<string> FindSlotAsync(DbSession session, ApprovalSlot slot)
    {
        using var sql = Of(session, FindSlotSql, slot);
        return await sql.FindAsync(static row => row.GetString(0)) ?? "";
    }

    public static async ValueTask SetSlotAsync(DbSession session, ApprovalSlot slot, string id)
    {
        using var sql = Of(session, SetSlotSql, slot).Set("id", id);
        await sql.ExecuteAsync();
    }

    private static DbStatement Of(DbSession session, string text, ApprovalSlot slot) => session.Sql(text).Set("tenant", slot.Workspace.Value).Set("environment", slot.Environment)
        .Set("model_id", slot.ModelId).Set("version", slot.Version).Set("lane", slot.Lane);

    private static DbStatement Written(DbSession session, string text, ApprovalRow row) => session.Sql(text).Set("tenant", row.Workspace.Value).Set("id", row.Id)
        .Set("state", row.State).Set("kind", row.Approval.Kind).Set("requester", string.Join(' ', row.Requesters)).Set("document", JsonSerializer.Serialize(row.Approval with { Token = null }, OrreryJson.TypeOf<Approval>()))
        .Set("token", row.Approval.Token).Set("next", StageSteps.NextAt(row)?.ToUnixTimeMilliseconds());

    private static async ValueTask<ApprovalRow?> FindAsync(DbSession session, string text, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(text).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(Read);
    }

    private static ApprovalRow Read(DbDataReader row) => new()
    {
        Workspace = new(row.GetInt64(0)),
        ModelId = row.GetString(1),
        Requesters = row.GetString(2).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Authors = row.GetString(3).Split('\n', StringSplitOptions.RemoveEmptyEntries),
        Spec = JsonSerializer.Deserialize(row.GetString(4), OrreryJson.TypeOf<ApprovalWorkflowSpec>())!,
        Approval = JsonSerializer.Deserialize(row.GetString(5), OrreryJson.TypeOf<Approval>())! with { Token = row.IsDBNull(6) ? null : row.GetString(6) },
        CheckedAt = row.GetInt64(7),
    };
}

/// <summary>Which approvals are listed.</summary>
/// <param name="State">Of <see cref="ApprovalRow.States"/>; null for all.</param>
/// <param name="Model">Registered model; null for all.</param>
/// <param name="Environment">Null for all.</param>
internal sealed record ApprovalFilter(string? State, string? Model, string? Environment);
