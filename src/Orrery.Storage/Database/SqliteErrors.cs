using Microsoft.Data.Sqlite;

namespace Orrery.Storage;

/// <summary>SQLite result codes (https://sqlite.org/rescode.html) that mean the machinery failed, not the statement.</summary>
internal static class SqliteErrors
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    public static bool IsUnavailable(SqliteException e) =>
        e.SqliteErrorCode is Busy or Locked or ReadOnly or InputOutput or Full or CannotOpen;

    public static bool IsFull(SqliteException e) => e.SqliteErrorCode is Full;

    public static DatabaseUnavailableException Unavailable(SqliteException e) => new(
        IsFull(e)
            ? "The disk that holds the database is full. Nothing of this request was written; free some space and try again."
            : "The database cannot be written: " + e.Message,
        e);
}
