using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>SQL of <c>ten_identity</c>.</summary>
internal static class IdentityStore
{
    private const string IsOn = """
        select value
          from ten_identity
         where name = 'on_since'
        """;

    private const string TurnOn = """
        insert into ten_identity (name, value)
        values ('on_since', @at)
            on conflict do nothing
        """;

    private const string Lock = """
        select value
          from ten_identity
         where name = 'on_since'
        {for update}
        """;

    public static async ValueTask<bool> IsOnAsync(DbSession session)
    {
        using var statement = session.Sql(IsOn);
        return await statement.FindAsync(static row => row.GetString(0)) is not null;
    }

    /// <returns>False when it was on already.</returns>
    public static async ValueTask<bool> TurnOnAsync(DbSession session, DateTimeOffset at)
    {
        using var statement = session.Sql(TurnOn).Set("at", at.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>Waits until no other change of who administers the platform is under way, until the transaction ends.</summary>
    public static async ValueTask LockAsync(DbSession session)
    {
        using var statement = session.Sql(Lock);
        await statement.FindAsync(static row => row.GetString(0));
    }
}
