using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Facts of one day added up.</summary>
internal sealed record UsageSum(int Day, string CostCenter, string ObjectKind, string ObjectId, string Meter, string Resource, long Micros);

/// <summary>SQL of <c>ten_usage</c> and <c>ten_billing</c>.</summary>
internal static class UsageStore
{
    private const string Insert = """
        insert into ten_usage (tenant_id, usage_key, meter, resource, cost_center, object_kind, object_id, from_at, to_at, day, month, quantity, recorded_at)
        select @tenant, key, meter, resource, center, kind, object, from_at, to_at, day, month, quantity, @at
          from {rows}
         where true
            on conflict do nothing
        """;

    internal const string SumsOfMonth = """
        select day, cost_center, object_kind, object_id, meter, resource, cast(sum(quantity) as bigint)
          from ten_usage
         where tenant_id = @tenant
           and month = @month
         group by day, cost_center, object_kind, object_id, meter, resource
         order by day, cost_center, object_kind, object_id, meter, resource
        """;

    internal const string SumsOfDays = """
        select day, cost_center, '', '', meter, resource, cast(sum(quantity) as bigint)
          from ten_usage
         where tenant_id = @tenant
           and day >= @first
           and day <= @last
         group by day, cost_center, meter, resource
         order by day, cost_center, meter, resource
        """;

    private const string SumsOfModel = """
        select day, cost_center, object_kind, object_id, meter, resource, cast(sum(quantity) as bigint)
          from ten_usage
         where tenant_id = @tenant
           and day >= @first
           and day <= @last
           and object_kind = 'model'
           and object_id = @model
         group by day, cost_center, object_kind, object_id, meter, resource
         order by day, cost_center, object_kind, object_id, meter, resource
        """;

    private const string Earliest = """
        select min(month)
          from ten_usage
         where tenant_id = @tenant
           and month > @after
        """;

    private const string ClosedThrough = """
        select closed_through
          from ten_billing
         where tenant_id = @tenant
        """;

    // While facts are written no month is closed, and the other way round.
    private const string Share = ClosedThrough + """

        {for share}
        """;

    private const string Lock = ClosedThrough + """

        {for update}
        """;

    private const string Begin = """
        insert into ten_billing (tenant_id, closed_through)
        values (@tenant, 0)
            on conflict do nothing
        """;

    private const string Close = """
        update ten_billing
           set closed_through = @month
         where tenant_id = @tenant
        """;

    public static async ValueTask<int> InsertAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<UsageFact> facts, int firstOpen, long at)
    {
        var rows = new SqlRows(facts.Count)
            .Text("key", facts, static f => f.Key).Text("meter", facts, static f => f.Meter).Text("resource", facts, static f => f.Resource)
            .Text("center", facts, static f => f.CostCenter).Text("kind", facts, static f => f.ObjectKind).Text("object", facts, static f => f.ObjectId)
            .Whole("from_at", facts, static f => f.From.ToUnixTimeMilliseconds()).Whole("to_at", facts, static f => f.To.ToUnixTimeMilliseconds())
            .Whole("day", facts, static f => BillingMonth.DayOf(f.From))
            .Whole("month", facts, f => Math.Max(BillingMonth.Of(f.From).Number, firstOpen))
            .Whole("quantity", facts, static f => f.Micros);
        using var statement = session.Sql(Insert).Set("tenant", workspace.Value).Set("at", at);
        return await statement.ExecuteRowsAsync(rows);
    }

    public static async ValueTask<List<UsageSum>> SumsAsync(DbSession session, WorkspaceId workspace, BillingMonth month)
    {
        using var statement = session.Sql(SumsOfMonth).Set("tenant", workspace.Value).Set("month", month.Number);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask<List<UsageSum>> SumsAsync(DbSession session, WorkspaceId workspace, int firstDay, int lastDay)
    {
        using var statement = session.Sql(SumsOfDays).Set("tenant", workspace.Value).Set("first", firstDay).Set("last", lastDay);
        return await statement.ListAsync(Read);
    }

    /// <summary>Facts of days added up; of one model alone where it is named.</summary>
    public static async ValueTask<List<UsageSum>> SumsAsync(DbSession session, WorkspaceId workspace, int firstDay, int lastDay, string? model)
    {
        if (model is null)
            return await SumsAsync(session, workspace, firstDay, lastDay);
        using var statement = session.Sql(SumsOfModel).Set("tenant", workspace.Value).Set("first", firstDay).Set("last", lastDay).Set("model", model);
        return await statement.ListAsync(Read);
    }

    /// <summary>The first month after one that has facts; null for none.</summary>
    public static async ValueTask<int?> EarliestAsync(DbSession session, WorkspaceId workspace, int after)
    {
        using var statement = session.Sql(Earliest).Set("tenant", workspace.Value).Set("after", after);
        return (int?)await statement.LongAsync();
    }

    /// <summary>The last closed month; stays so until the transaction ends.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="workspace">Whose.</param>
    /// <param name="close">To close a month, rather than to write facts.</param>
    public static async ValueTask<int> ClosedThroughAsync(DbSession session, WorkspaceId workspace, bool close)
    {
        for (; ; )
        {
            using (var find = session.Sql(close ? Lock : Share).Set("tenant", workspace.Value))
            {
                if (await find.LongAsync() is { } month)
                    return (int)month;
            }

            using var begin = session.Sql(Begin).Set("tenant", workspace.Value);
            await begin.ExecuteAsync();
        }
    }

    public static async ValueTask CloseAsync(DbSession session, WorkspaceId workspace, BillingMonth month)
    {
        using var statement = session.Sql(Close).Set("tenant", workspace.Value).Set("month", month.Number);
        await statement.ExecuteAsync();
    }

    private static UsageSum Read(System.Data.Common.DbDataReader row) => new(
        (int)row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetInt64(6));
}
