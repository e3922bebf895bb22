namespace Orrery.Storage;

/// <summary>Where blobs are. Section <c>Orrery:Blobs</c>.</summary>
public sealed class BlobsOptions
{
    private const string S3Scheme = "s3://";

    /// <summary>A folder's path, or <c>s3://bucket/prefix</c>. Default: <c>blobs</c> in the data folder.</summary>
    public string Location { get; set; } = "";

    /// <summary>How to reach the bucket, when it is one.</summary>
    public S3BlobsOptions S3 { get; set; } = new();

    /// <summary>True when blobs are in a bucket.</summary>
    public bool IsS3 => Location.StartsWith(S3Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>What is wrong with the configuration, a sentence each; empty when it can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (IsS3)
            return Bucket().Problems();
        if (Location.Contains("://", StringComparison.Ordinal))
            return [$"Orrery:Blobs:Location '{Location}' is neither a folder nor s3://bucket/prefix."];
        return File.Exists(Location) ? [$"Orrery:Blobs:Location '{Location}' is a file, not a folder."] : [];
    }

    /// <summary>Opens the store that these options, which have no problems, describe. One that is disposable belongs to the caller.</summary>
    /// <param name="defaultFolder">Where blobs are when no location is set.</param>
    /// <param name="time">The clock.</param>
    public IBlobs Open(string defaultFolder, TimeProvider time) =>
        IsS3 ? new S3Blobs(Bucket(), time) : new FileBlobs(Location.Length == 0 ? defaultFolder : Location, time);

    private S3BlobsOptions Bucket()
    {
        var path = Location[S3Scheme.Length..].Split('/', 2);
        S3.Bucket = path[0];
        S3.Prefix = path.Length > 1 ? path[1].TrimEnd('/') : "";
        return S3;
    }
}
