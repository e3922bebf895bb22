using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Orrery.Storage;

/// <summary>Makes the SDK's client from our options.</summary>
internal static class S3Client
{
    private const string DefaultSigningRegion = "us-east-1";
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(5);

    public static AmazonS3Client Create(S3BlobsOptions options)
    {
        var config = new AmazonS3Config
        {
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = options.Retries,
            Timeout = options.Timeout,
            ConnectTimeout = _connectTimeout,
            ForcePathStyle = options.ForcePathStyle ?? options.ServiceUrl is not null,
        };
        if (options.ServiceUrl is not null)
        {
            config.ServiceURL = options.ServiceUrl;
            config.AuthenticationRegion = options.Region ?? DefaultSigningRegion;
        }
        else if (options.Region is not null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        return options.AccessKey is null
            ? new(config)
            : new(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
    }
}
