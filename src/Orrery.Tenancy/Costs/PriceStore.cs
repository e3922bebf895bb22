using System.Globalization;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>SQL of <c>ten_price</c>.</summary>
internal static class PriceStore
{
    private const string All = """
        select meter, resource, valid_from, price
          from ten_price
         where tenant_id = @tenant
         order by meter, resource, valid_from
        """;

    private const string Upsert = """
        insert into ten_price (tenant_id, meter, resource, valid_from, price, set_by, set_at)
        values (@tenant, @meter, @resource, @from, @price, @by, @at)
            on conflict (tenant_id, meter, resource, valid_from) do update
           set price = excluded.price, set_by = excluded.set_by, set_at = excluded.set_at
        """;

    public static async ValueTask<List<Price>> ListAsync(DbSession session)
    {
        using var statement = session.Sql(All).Set("tenant", WorkspaceId.Platform.Value);
        return await statement.ListAsync(static row => new Price(
            row.GetString(0), row.GetString(1), (int)row.GetInt64(2), decimal.Parse(row.GetString(3), CultureInfo.InvariantCulture)));
    }

    public static async ValueTask PutAsync(DbSession session, Price price, string by, long at)
    {
        using var statement = session.Sql(Upsert)
            .Set("tenant", WorkspaceId.Platform.Value).Set("meter", price.Meter).Set("resource", price.Resource).Set("from", price.ValidFrom)
            .Set("price", price.Amount.ToString(CultureInfo.InvariantCulture)).Set("by", by).Set("at", at);
        await statement.ExecuteAsync();
    }
}
