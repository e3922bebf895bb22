using System.Data.Common;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>A program that waits to be let in.</summary>
internal sealed record StoredDevice(
    byte[] DeviceCode,
    string ClientName,
    string? Address,
    int TokenDays,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    int IntervalSeconds,
    DateTimeOffset? PolledAt,
    string State,
    string? PrincipalId,
    bool SecondFactor);

/// <summary>SQL of <c>ten_device_code</c>.</summary>
internal static class DeviceCodeStore
{
    private const string Columns = """
        select device_code, client_name, address, token_days, created_at, expires_at, interval_seconds, polled_at, state, principal_id, second_factor
          from ten_device_code
        """;

    private const string FindByDevice = Columns + """

         where device_code = @code
        """;

    private const string FindByUser = Columns + """

         where user_code = @code
        """;

    private const string Insert = """
        insert into ten_device_code (device_code, user_code, client_name, address, token_days, created_at, expires_at, interval_seconds, state, second_factor)
        values (@device, @user, @name, @address, @days, @at, @expires, @interval, 'pending', 0)
            on conflict do nothing
        """;

    private const string CountWaiting = """
        select count(*)
          from ten_device_code
         where expires_at > @now
        """;

    private const string Polled = """
        update ten_device_code
           set polled_at = @at, interval_seconds = @interval
         where device_code = @code
        """;

    private const string Decide = """
        update ten_device_code
           set state = @state, principal_id = @id, second_factor = @factor, decided_at = @at
         where device_code = @code
           and state = 'pending'
        """;

    private const string Take = """
        delete from ten_device_code
         where device_code = @code
           and state = 'approved'
        """;

    private const string DeleteEnded = "delete from ten_device_code where expires_at < @before";

    public static async ValueTask<StoredDevice?> FindByDeviceAsync(DbSession session, byte[] code)
    {
        using var statement = session.Sql(FindByDevice).Set("code", code);
        return await statement.FindAsync(Read);
    }

    public static async ValueTask<StoredDevice?> FindByUserAsync(DbSession session, byte[] code)
    {
        using var statement = session.Sql(FindByUser).Set("code", code);
        return await statement.FindAsync(Read);
    }

    /// <returns>False when one of the codes is taken.</returns>
    public static async ValueTask<bool> InsertAsync(DbSession session, StoredDevice device, byte[] userCode)
    {
        using var statement = session.Sql(Insert)
            .Set("device", device.DeviceCode).Set("user", userCode).Set("name", device.ClientName).Set("address", device.Address)
            .Set("days", device.TokenDays).Set("at", device.CreatedAt.ToUnixTimeMilliseconds()).Set("expires", device.ExpiresAt.ToUnixTimeMilliseconds())
            .Set("interval", device.IntervalSeconds);
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>How many may still be decided on or taken.</summary>
    public static async ValueTask<long> CountWaitingAsync(DbSession session, DateTimeOffset now)
    {
        using var statement = session.Sql(CountWaiting).Set("now", now.ToUnixTimeMilliseconds());
        return await statement.LongAsync() ?? 0;
    }

    public static async ValueTask PolledAsync(DbSession session, byte[] code, DateTimeOffset at, int intervalSeconds)
    {
        using var statement = session.Sql(Polled).Set("at", at.ToUnixTimeMilliseconds()).Set("interval", intervalSeconds).Set("code", code);
        await statement.ExecuteAsync();
    }

    /// <returns>False when somebody has decided before.</returns>
    public static async ValueTask<bool> DecideAsync(DbSession session, byte[] code, string state, string principal, bool factor, DateTimeOffset at)
    {
        using var statement = session.Sql(Decide)
            .Set("state", state).Set("id", principal).Set("factor", factor ? 1L : 0L).Set("at", at.ToUnixTimeMilliseconds()).Set("code", code);
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>Ends an approved one, which gives one token.</summary>
    /// <returns>False when another request took it.</returns>
    public static async ValueTask<bool> TakeAsync(DbSession session, byte[] code)
    {
        using var statement = session.Sql(Take).Set("code", code);
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask DeleteEndedAsync(DbSession session, DateTimeOffset before)
    {
        using var statement = session.Sql(DeleteEnded).Set("before", before.ToUnixTimeMilliseconds());
        await statement.ExecuteAsync();
    }

    private static StoredDevice Read(DbDataReader row) => new(
        row.GetFieldValue<byte[]>(0),
        row.GetString(1),
        row.IsDBNull(2) ? null : row.GetString(2),
        (int)row.GetInt64(3),
        Time(row.GetInt64(4)),
        Time(row.GetInt64(5)),
        (int)row.GetInt64(6),
        row.IsDBNull(7) ? null : Time(row.GetInt64(7)),
        row.GetString(8),
        row.IsDBNull(9) ? null : row.GetString(9),
        row.GetInt64(10) != 0);

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
