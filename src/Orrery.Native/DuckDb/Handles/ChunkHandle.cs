namespace Orrery.Native;

/// <summary>Owns the duckdb_data_chunk that is current, one after another.</summary>
internal sealed class ChunkHandle(nint value) : DuckHandle(value)
{
    /// <summary>The current chunk, or zero.</summary>
    public nint Chunk => handle;

    /// <summary>Destroys the current one and owns another.</summary>
    public void Replace(nint next)
    {
        Destroy(ref handle);
        SetHandle(next);
    }

    protected override void Destroy(ref nint value) => NativeMethods.duckdb_destroy_data_chunk(ref value);
}
