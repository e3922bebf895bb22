using Microsoft.Data.Sqlite;
using Npgsql;
using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>Reads and writes the rows of tables that travel.</summary>
public static class PortableRows
{
    /// <summary>A workspace's rows, in the order of the key, one at a time. The session is one of <see cref="Db.SnapshotAsync"/>.</summary>
    public static async IAsyncEnumerable<object?[]> ReadAsync(DbSession session, PortableTable table, WorkspaceId workspace)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(table);
        using var statement = session.Sql(table.Select).Set("tenant", workspace.Value);
        await using var row = await statement.QueryAsync();
        while (await row.ReadAsync(CancellationToken.None))
            yield return PortableRow.Of(table, row);
    }

    /// <summary>Writes rows into a workspace.</summary>
    /// <returns><c>storage.row_refused</c>: the database does not take them (a key that is there already, a value too long for an index).</returns>
    public static async ValueTask<Result<Done>> InsertAsync(DbSession session, PortableTable table, WorkspaceId workspace, IReadOnlyList<object?[]> rows)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(rows);
        var columns = new SqlRows(rows.Count);
        for (var i = 0; i < table.Columns.Count; i++)
            Add(columns, table.Columns[i], i, rows);
        using var statement = session.Sql(table.Insert).Set("tenant", workspace.Value);
        try
        {
            await statement.ExecuteRowsAsync(columns);
            return Done.Ok;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 18 or 19 or 20)
        {
            return Refused(table, e.Message);
        }
        catch (PostgresException e) when (e.SqlState[..2] is "22" or "23" or "54")
        {
            return Refused(table, e.MessageText);
        }
    }

    /// <summary>The first of a table's references that leads nowhere in a workspace; null when each is good.</summary>
    public static async ValueTask<PortableReference?> DanglingAsync(DbSession session, PortableTable table, WorkspaceId workspace)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(table);
        foreach (var reference in table.References)
        {
            using var statement = session.Sql(reference.SelectOne(table.Name)).Set("tenant", workspace.Value);
            if (await statement.LongAsync() is not null)
                return reference;
        }

        return null;
    }

    /// <summary>Removes rows of a workspace.</summary>
    /// <returns>How many, at most <paramref name="limit"/>.</returns>
    public static async ValueTask<int> DeleteAsync(DbSession session, PortableTable table, WorkspaceId workspace, int limit)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(table);
        using var statement = session.Sql(table.Delete).Set("tenant", workspace.Value).Set("limit", limit);
        return await statement.ExecuteAsync();
    }

    private static void Add(SqlRows columns, PortableColumn column, int index, IReadOnlyList<object?[]> rows)
    {
        switch (column.Type)
        {
            case PortableType.Whole or PortableType.Flag:
                columns.Whole(column.Name, Values<long?>(rows, index));
                break;
            case PortableType.Number:
                columns.Number(column.Name, Values<double?>(rows, index));
                break;
            case PortableType.Bytes:
                columns.Bytes(column.Name, Values<byte[]>(rows, index)!);
                break;
            default:
                columns.Text(column.Name, Values<string>(rows, index));
                break;
        }
    }

    private static T?[] Values<T>(IReadOnlyList<object?[]> rows, int index)
    {
        var values = new T?[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (T?)rows[i][index];
        return values;
    }

    private static Failure Refused(PortableTable table, string why) =>
        Failure.Invalid("storage.row_refused", $"The database does not take these rows of {table.Name}: {why}");
}
