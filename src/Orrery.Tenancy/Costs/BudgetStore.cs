using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>A budget of the whole workspace (empty) or of a cost centre.</summary>
internal sealed record Budget(string CostCenter, decimal Amount);

/// <summary>SQL of <c>ten_budget</c> and <c>ten_budget_alert</c>.</summary>
internal static class BudgetStore
{
    private const string All = """
        select cost_center, amount_cents
          from ten_budget
         where tenant_id = @tenant
         order by cost_center
        """;

    private const string Workspaces = """
        select distinct tenant_id
          from ten_budget
         order by tenant_id
        """;

    private const string Upsert = """
        insert into ten_budget (tenant_id, cost_center, amount_cents, updated_by, updated_at)
        values (@tenant, @center, @cents, @by, @at)
            on conflict (tenant_id, cost_center) do update
           set amount_cents = excluded.amount_cents, updated_by = excluded.updated_by, updated_at = excluded.updated_at
        """;

    private const string Delete = """
        delete from ten_budget
         where tenant_id = @tenant
           and cost_center = @center
        """;

    private const string Alerts = """
        select cost_center, threshold
          from ten_budget_alert
         where tenant_id = @tenant
           and month = @month
         order by cost_center, threshold
        """;

    private const string InsertAlert = """
        insert into ten_budget_alert (tenant_id, month, cost_center, threshold, at)
        values (@tenant, @month, @center, @threshold, @at)
            on conflict do nothing
        """;

    public static async ValueTask<List<Budget>> ListAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(All).Set("tenant", workspace.Value);
        return await statement.ListAsync(static row => new Budget(row.GetString(0), row.GetInt64(1) / 100m));
    }

    /// <summary>Numbers of the workspaces that have budgets.</summary>
    public static async ValueTask<HashSet<long>> WorkspacesAsync(DbSession session)
    {
        using var statement = session.Sql(Workspaces);
        return [.. await statement.ListAsync(static row => row.GetInt64(0))];
    }

    public static async ValueTask PutAsync(DbSession session, WorkspaceId workspace, Budget budget, string by, long at)
    {
        using var statement = session.Sql(Upsert)
            .Set("tenant", workspace.Value).Set("center", budget.CostCenter).Set("cents", (long)(budget.Amount * 100)).Set("by", by).Set("at", at);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<bool> DeleteAsync(DbSession session, WorkspaceId workspace, string center)
    {
        using var statement = session.Sql(Delete).Set("tenant", workspace.Value).Set("center", center);
        return await statement.ExecuteAsync() > 0;
    }

    public static async ValueTask<HashSet<(string CostCenter, string Threshold)>> AlertsAsync(DbSession session, WorkspaceId workspace, BillingMonth month)
    {
        using var statement = session.Sql(Alerts).Set("tenant", workspace.Value).Set("month", month.Number);
        return [.. await statement.ListAsync(static row => (row.GetString(0), row.GetString(1)))];
    }

    /// <returns>False when this month's was given already.</returns>
    public static async ValueTask<bool> AddAlertAsync(DbSession session, WorkspaceId workspace, BillingMonth month, string center, string threshold, long at)
    {
        using var statement = session.Sql(InsertAlert)
            .Set("tenant", workspace.Value).Set("month", month.Number).Set("center", center).Set("threshold", threshold).Set("at", at);
        return await statement.ExecuteAsync() > 0;
    }
}
