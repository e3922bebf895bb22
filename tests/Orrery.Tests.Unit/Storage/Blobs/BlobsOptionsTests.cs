using Microsoft.Extensions.Configuration;
using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class BlobsOptionsTests
{
    [Fact]
    public void A_bucket_and_its_settings_are_read()
    {
        var options = Read(("Blobs", "s3://models/team/a/"), ("S3:ServiceUrl", "http://minio:9000"), ("S3:Timeout", "00:00:30"));

        Assert.True(options.IsS3);
        Assert.Equal(("models", "team/a"), (options.S3.Bucket, options.S3.Prefix));
        Assert.Equal(TimeSpan.FromSeconds(30), options.S3.Timeout);
        Assert.Empty(options.Problems());
    }

    [Fact]
    public void Without_a_setting_blobs_are_in_the_default_folder()
    {
        var options = Read();

        Assert.Equal(("/data/blobs", false), (options.Location, options.IsS3));
        Assert.Empty(options.Problems());
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var problems = Read(
            ("Blobs", "s3://No_Bucket/a//b"),
            ("S3:ServiceUrl", "minio:9000"),
            ("S3:Timeout", "00:00:00"),
            ("S3:Retries", "11"),
            ("S3:AccessKey", "me"),
            ("S3:UploadLifetime", "8.00:00:00")).Problems();

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
    public void Other_addresses_are_refused(string location) => Assert.NotEmpty(Read(("Blobs", location)).Problems());

    private static BlobsOptions Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        return BlobsOptions.Read(configuration, defaultFolder: "/data/blobs");
    }
}
