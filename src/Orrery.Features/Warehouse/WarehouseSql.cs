namespace Orrery.Features;

/// <summary>Small statements for warehouses.</summary>
internal static class WarehouseSql
{
    public const string Begin = "begin transaction isolation level repeatable read read only";
    public const string End = "commit";

    /// <summary>A transaction that cannot write and that sees what others commit meanwhile.</summary>
    public const string BeginReadOnly = "begin transaction read only";

    /// <summary>Columns of a relation, without rows.</summary>
    public static string Nothing(string from) => $"select * from {from} limit 0";

    /// <summary>Ends statements that take too long, whatever becomes of the client.</summary>
    public static string Timeout(TimeSpan timeout) => FormattableString.Invariant($"set statement_timeout = {(long)timeout.TotalMilliseconds}");

    /// <summary>How many rows a relation has.</summary>
    public static string Count(string from) => $"select count(*) from {from}";
}
