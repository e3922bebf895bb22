using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>SQL of <c>ten_statement</c>: closed months.</summary>
internal static class StatementStore
{
    private const string Find = """
        select document, hash
          from ten_statement
         where tenant_id = @tenant
           and month = @month
        """;

    private const string Insert = """
        insert into ten_statement (tenant_id, month, document, hash)
        values (@tenant, @month, @document, @hash)
        """;

    public static async ValueTask<(string Document, string Hash)?> FindAsync(DbSession session, WorkspaceId workspace, BillingMonth month)
    {
        using var statement = session.Sql(Find).Set("tenant", workspace.Value).Set("month", month.Number);
        return await statement.FindAsync<(string, string)?>(static row => (row.GetString(0), row.GetString(1)));
    }

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, BillingMonth month, string document, string hash)
    {
        using var statement = session.Sql(Insert).Set("tenant", workspace.Value).Set("month", month.Number).Set("document", document).Set("hash", hash);
        await statement.ExecuteAsync();
    }
}
