using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class BlobsOptionsTests
{
    [Fact]
    public void A_bucket_and_its_prefix_are_read_from_the_location()
    {
        var options = new BlobsOptions { Location = "s3://models/team/a/", S3 = { ServiceUrl = "http://minio:9000" } };

        Assert.True(options.IsS3);
        Assert.Empty(options.Problems());
        Assert.Equal(("models", "team/a"), (options.S3.Bucket, options.S3.Prefix));
    }

    [Fact]
    public void Without_a_location_there_is_no_problem_and_no_bucket()
    {
        var options = new BlobsOptions();

        Assert.False(options.IsS3);
        Assert.Empty(options.Problems());
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var problems = new BlobsOptions
        {
            Location = "s3://No_Bucket/a//b",
            S3 = { ServiceUrl = "minio:9000", Timeout = TimeSpan.Zero, Retries = 11, AccessKey = "me", UploadLifetime = TimeSpan.FromDays(8) },
        }.Problems();

        Assert.Collection(
            problems,
            problem => Assert.Contains("No_Bucket", problem, StringComparison.Ordinal),
            problem => Assert.Contains("prefix", problem, StringComparison.Ordinal),
            problem => Assert.Contains("ServiceUrl", problem, StringComparison.Ordinal),
            problem => Assert.Contains("Timeout", problem, StringComparison.Ordinal),
            problem => Assert.Contains("Retries", problem, StringComparison.Ordinal),
            problem => Assert.Contains("UploadLifetime", problem, StringComparison.Ordinal),
            problem => Assert.Contains("SecretKey", problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://bucket/prefix")]
    [InlineData("gs://bucket")]
    [InlineData("s3://")]
    public void Other_addresses_are_refused(string location) => Assert.NotEmpty(new BlobsOptions { Location = location }.Problems());
}
