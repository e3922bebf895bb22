using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <c>gov_approval_inherited</c>.</summary>
internal static class InheritanceStore
{
    private const string FindSql = "select inherited_at from gov_approval_inherited where tenant_id = 0 and environment = @environment";

    private const string SetSql = """
        insert into gov_approval_inherited (tenant_id, environment, inherited_at)
        values (0, @environment, @at)
            on conflict (tenant_id, environment) do nothing
        """;

    public static async ValueTask<bool> IsDoneAsync(DbSession session, string environment)
    {
        using var sql = session.Sql(FindSql).Set("environment", environment);
        return await sql.LongAsync() is not null;
    }

    public static async ValueTask SetAsync(DbSession session, string environment, long at)
    {
        using var sql = session.Sql(SetSql).Set("environment", environment).Set("at", (long?)at);
        await sql.ExecuteAsync();
    }
}
