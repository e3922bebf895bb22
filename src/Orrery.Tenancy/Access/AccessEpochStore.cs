using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Table <c>ten_epoch</c>.</summary>
internal static class AccessEpochStore
{
    private const string Raise = """
        update ten_epoch
           set value = value + 1
         where name = 'access'
        """;

    private const string Read = """
        select value
          from ten_epoch
         where name = 'access'
        """;

    public static async ValueTask RaiseAsync(DbSession session)
    {
        using var statement = session.Sql(Raise);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<long> ReadAsync(DbSession session)
    {
        using var statement = session.Sql(Read);
        return await statement.LongAsync() ?? 0;
    }
}
