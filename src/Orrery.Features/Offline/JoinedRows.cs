namespace Orrery.Features;

/// <summary>Joined rows, ready to be written out. Disposing them gives the engine's connection back.</summary>
internal sealed class JoinedRows(DuckLease lease, EntityFrame frame, JoinedQuery query, SourceSnapshot snapshot) : IDisposable
{
    private const string Table = "orrery_out";
    private bool _kept;

    public DuckLease Lease => lease;

    public long Count => frame.Rows;

    /// <summary>Rows that were left out, of subjects who have opted out.</summary>
    public long Excluded => frame.Excluded;

    public IReadOnlyList<OutputColumn> Columns => query.Columns;

    /// <summary>What was read of the sources.</summary>
    public SourceSnapshot Snapshot => snapshot;

    /// <summary>The rows under their names, in the order of the request.</summary>
    public string Select => OutputSql.Named(_kept ? query with { Sql = $"from {Table}" } : query);

    /// <summary>Computes the rows once; needed before they are read more than once, and to read single columns.</summary>
    /// <returns>The table: <c>id</c> and the columns by their names inside.</returns>
    public string Keep(CancellationToken cancel)
    {
        if (!_kept)
            lease.Connection.Execute(OutputSql.Keep(query, Table), cancel);
        _kept = true;
        return Table;
    }

    /// <summary>The same rows, computed once.</summary>
    public JoinedRows Kept(CancellationToken cancel)
    {
        Keep(cancel);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => lease.Dispose();
}
