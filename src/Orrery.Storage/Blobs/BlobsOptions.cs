using Microsoft.Extensions.Configuration;

namespace Orrery.Storage;

/// <summary>Where blobs are. Key <c>Orrery:Blobs</c>, and section <c>Orrery:S3</c> for a bucket.</summary>
public sealed class BlobsOptions
{
    private const string S3Scheme = "s3://";

    /// <summary>A folder's path, or <c>s3://bucket/prefix</c>.</summary>
    public required string Location { get; init; }

    /// <summary>How to reach the bucket, when it is one.</summary>
    public S3BlobsOptions S3 { get; init; } = new();

    /// <summary>True when blobs are in a bucket.</summary>
    public bool IsS3 => Location.StartsWith(S3Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the options.</summary>
    /// <param name="orrery">The section <c>Orrery</c>.</param>
    /// <param name="defaultFolder">Where blobs are when <c>Blobs</c> is not set.</param>
    public static BlobsOptions Read(IConfiguration orrery, string defaultFolder)
    {
        var options = new BlobsOptions
        {
            Location = orrery["Blobs"] is { Length: > 0 } location ? location : defaultFolder,
            S3 = orrery.GetSection("S3").Get<S3BlobsOptions>() ?? new(),
        };
        if (options.IsS3)
        {
            var path = options.Location[S3Scheme.Length..].Split('/', 2);
            options.S3.Bucket = path[0];
            options.S3.Prefix = path.Length > 1 ? path[1].TrimEnd('/') : "";
        }

        return options;
    }

    /// <summary>What is wrong with the configuration, a sentence each; empty when it can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (IsS3)
            return S3.Problems();
        if (string.IsNullOrWhiteSpace(Location))
            return ["Orrery:Blobs is empty; name a folder or s3://bucket/prefix."];
        if (Location.Contains("://", StringComparison.Ordinal))
            return [$"Orrery:Blobs '{Location}' is neither a folder nor s3://bucket/prefix."];
        return File.Exists(Location) ? [$"Orrery:Blobs '{Location}' is a file, not a folder."] : [];
    }

    /// <summary>Opens the store that these options, which have no problems, describe. One that is disposable belongs to the caller.</summary>
    public IBlobs Open(TimeProvider time) => IsS3 ? new S3Blobs(S3, time) : new FileBlobs(Location, time);
}
