namespace Orrery.Storage;

/// <summary>In a folder of files, a key cannot be a blob and the folder of other blobs at once.</summary>
public sealed class BlobConflictException : IOException
{
    /// <inheritdoc/>
    public BlobConflictException()
    {
    }

    /// <inheritdoc/>
    public BlobConflictException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public BlobConflictException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
