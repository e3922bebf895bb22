namespace Orrery.Storage;

/// <summary>How to reach the bucket. Section <c>Orrery:Blobs:S3</c>; bucket and prefix come from <c>Orrery:Blobs:Location</c>.</summary>
public sealed class S3BlobsOptions
{
    /// <summary>The bucket, which must exist. From <c>s3://bucket/prefix</c>.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>The folder in the bucket below which all keys are, without '/' at its ends; empty for the top.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>AWS region, as <c>eu-central-1</c>. Default: what the AWS environment or profile says; us-east-1 with a service URL.</summary>
    public string? Region { get; set; }

    /// <summary>Address of another S3-speaking server (MinIO, Ceph ...), http or https. Default: none, Amazon's.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>The bucket in the path and not in the host name. Default: true with a service URL, false without.</summary>
    public bool? ForcePathStyle { get; set; }

    /// <summary>Access key id. Default: none, the AWS environment, profile or role is asked.</summary>
    public string? AccessKey { get; set; }

    /// <summary>The secret of <see cref="AccessKey"/>. Given as <c>SecretKeyFile</c> it stays in a file.</summary>
    public string? SecretKey { get; set; }

    /// <summary>Longest wait for the answer to one request, 1 s to 1 h. Default 100 s. A part of 16 MiB is one request.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>How often a failed request is tried again, 0 to 10. Default 3.</summary>
    public int Retries { get; set; } = 3;

    /// <summary>How long the addresses of a client's upload in parts work, 1 min to 7 days. Default 6 h.</summary>
    public TimeSpan UploadLifetime { get; set; } = TimeSpan.FromHours(6);

    internal bool UsesHttp => ServiceUrl?.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ?? false;

    internal IEnumerable<string> Problems()
    {
        if (Bucket.Length is < 3 or > 63 || !Bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
            yield return $"Orrery:Blobs:Location names the bucket '{Bucket}'; a bucket has 3 to 63 lower-case letters, digits, '-' and '.'.";
        if (Prefix.Length > 0 && !BlobKey.IsValid(Prefix, out var reason))
            yield return $"Orrery:Blobs:Location has a bad prefix: {reason}";
        if (ServiceUrl is not null && !(Uri.TryCreate(ServiceUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            yield return $"Orrery:Blobs:S3:ServiceUrl '{ServiceUrl}' is not an http or https address.";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromHours(1))
            yield return $"Orrery:Blobs:S3:Timeout {Timeout} is outside 00:00:01..01:00:00.";
        if (Retries is < 0 or > 10)
            yield return $"Orrery:Blobs:S3:Retries {Retries} is outside 0..10.";
        if (UploadLifetime < TimeSpan.FromMinutes(1) || UploadLifetime > TimeSpan.FromDays(7))
            yield return $"Orrery:Blobs:S3:UploadLifetime {UploadLifetime} is outside 00:01:00..7.00:00:00.";
        foreach (var problem in SecretProblems())
            yield return problem;
    }

    private IEnumerable<string> SecretProblems()
    {
        if (AccessKey is not null && SecretKey is null)
            yield return "Orrery:Blobs:S3:AccessKey has no secret; set Orrery:Blobs:S3:SecretKey, best by naming a file in Orrery:Blobs:S3:SecretKeyFile.";
        if (AccessKey is null && SecretKey is not null)
            yield return "Orrery:Blobs:S3:SecretKey is set without Orrery:Blobs:S3:AccessKey.";
    }
}
