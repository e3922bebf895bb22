namespace Orrery.Storage;

/// <summary>What rows of a table that travels name in another one: it must be there.</summary>
/// <param name="Columns">Of the row, never null.</param>
/// <param name="Table">Where it must be.</param>
/// <param name="To">The columns there, in the same order.</param>
public sealed record PortableReference(IReadOnlyList<string> Columns, string Table, IReadOnlyList<string> To)
{
    /// <summary>A table whose rows of a kind name by id what may be missing: it is being removed. Null for none.</summary>
    public (string Table, string Kind)? Unless { get; init; }

    /// <summary>One that has the same columns on both sides.</summary>
    public PortableReference(string table, params string[] columns)
        : this(columns, table, columns)
    {
    }

    internal string SelectOne(string from) =>
        $"select 1\n  from {from} t\n where t.tenant_id = @tenant\n   and not exists (select 1 from {Table} p where p.tenant_id = t.tenant_id"
        + string.Concat(Columns.Zip(To, static (of, to) => $" and p.{to} = t.{of}")) + ")"
        + (Unless is var (removals, kind)
            ? $"\n   and not exists (select 1 from {removals} r where r.tenant_id = t.tenant_id and r.kind = '{kind}' and r.id = t.{Columns[0]})"
            : "") + "\n limit 1";
}
