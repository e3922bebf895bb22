namespace Orrery.Storage;

/// <summary>Makes what was made, renamed or deleted in a folder durable, which .NET does not offer.</summary>
public static class DurableFolder
{
    /// <summary>Flushes the folder's entries to disk.</summary>
    /// <exception cref="IOException">The folder cannot be flushed.</exception>
    public static void Flush(string path) => Posix.FlushFolder(path);
}
