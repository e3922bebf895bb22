namespace Orrery.Features;

/// <summary>Small statements for warehouses.</summary>
internal static class WarehouseSql
{
    public const string Begin = "begin transaction isolation level repeatable read read only";
    public const string End = "commit";

    /// <summary>Makes every transaction of a connection one that cannot write, until it goes back to the pool.</summary>
    public const string ReadOnly = "set session characteristics as transaction read only";

    /// <summary>Columns of a relation, without rows.</summary>
    public static string Nothing(string from) => $"select * from {from} limit 0";

    /// <summary>Ends statements that take too long, whatever becomes of the client.</summary>
    public static string Timeout(TimeSpan timeout) => FormattableString.Invariant($"set statement_timeout = {(long)timeout.TotalMilliseconds}");

    /// <summary>How many rows a relation has.</summary>
    public static string Count(string from) => $"select count(*) from {from}";
}
