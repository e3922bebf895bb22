using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class WebhookRuleTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("1.1.1.1")]
    [InlineData("172.15.255.255")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("64:ff9b::808:808")]
    public void Addresses_of_the_internet_are_public(string address) => Assert.True(PublicAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:1::")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("ff02::1")]
    public void Addresses_set_aside_for_something_else_are_not(string address) => Assert.False(PublicAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://example.com/hook")]
    [InlineData("http://example.com:8080/hook?a=b")]
    [InlineData("https://8.8.8.8/hook")]
    public void Http_urls_of_public_hosts_are_taken(string url) => Assert.Null(WebhookRules.CheckUrl(url, allowPrivate: false));

    [Theory]
    [InlineData("   ", "Webhook URL cannot be empty or just whitespace")]
    [InlineData("example.com/hook", "Invalid webhook URL scheme: ''. Allowed schemes are: https, http.")]
    [InlineData("ftp://example.com/hook", "Invalid webhook URL scheme: 'ftp'. Allowed schemes are: https, http.")]
    [InlineData("http://[invalid", "Invalid webhook URL")]
    [InlineData("https://user:password@example.com/", "Invalid webhook URL: it has a user name or password.")]
    [InlineData("https://example.com\\@127.0.0.1/", "Invalid webhook URL")]
    [InlineData("http://127.0.0.1/", "is not a public address")]
    [InlineData("http://2130706433/", "is not a public address")]
    [InlineData("http://0x7f.1/", "is not a public address")]
    [InlineData("http://[::1]:80/", "is not a public address")]
    [InlineData("http://[::ffff:10.0.0.1]/", "is not a public address")]
    [InlineData("http://localhost/", "is not a public address")]
    [InlineData("http://a.LOCALHOST./", "is not a public address")]
    public void Other_urls_are_refused(string url, string message) =>
        Assert.Contains(message, WebhookRules.CheckUrl(url, allowPrivate: false)?.Message ?? "taken", StringComparison.Ordinal);

    [Fact]
    public void Private_hosts_are_taken_when_the_options_say_so() => Assert.Null(WebhookRules.CheckUrl("http://127.0.0.1:1234/", allowPrivate: true));

    [Theory]
    [InlineData("a")]
    [InlineData("web_hook-123.test")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Names_like_host_names_are_taken(string name) => Assert.Null(WebhookRules.CheckName(name));

    [Theory]
    [InlineData("")]
    [InlineData("_a")]
    [InlineData("a-")]
    [InlineData("a\n")]
    [InlineData("a b")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Other_names_are_refused(string name) => Assert.Contains("is invalid. It must start and end with", WebhookRules.CheckName(name)!.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("MODEL_VERSION", "CREATED", null)]
    [InlineData("PROMPT_ALIAS", "DELETED", null)]
    [InlineData("MODEL_VERSION", "DELETED", "Invalid action 'deleted' for entity 'model_version'. Valid actions are: ['created']")]
    [InlineData("MODEL_VERSION_TAG", "CREATED", "Invalid action 'created' for entity 'model_version_tag'. Valid actions are: ['deleted', 'set']")]
    [InlineData(null, "CREATED", "A webhook event needs an entity")]
    public void Events_are_pairs_that_mlflow_knows(string? entity, string? action, string? refusal)
    {
        var parsed = WebhookEvent.Parse(entity, action);

        Assert.Equal(refusal is null, parsed.Succeeded);
        Assert.StartsWith(refusal ?? "", parsed.Failure?.Message ?? "", StringComparison.Ordinal);
    }

    // Value computed with Python's hmac module, as MLflow's client verifies it.
    [Fact]
    public void A_body_is_signed_as_mlflow_does() =>
        Assert.Equal("v1,26pwlE8p4lfI2hZnvDAsYExOsz2j5qWu0P9FqBXV8Fo=", WebhookClient.Sign("secret", "id-1", "1700000000", """{"a":1}"""));

    [Fact]
    public void Every_event_has_an_example()
    {
        foreach (var entity in WebhookEvent.Entities)
        {
            foreach (var action in WebhookEvent.Actions)
            {
                if (!WebhookEvent.Parse(entity, action).Succeeded)
                    continue;
                using var body = JsonDocument.Parse(WebhookPayloads.Example(WebhookEvent.Parse(entity, action).Value, DateTimeOffset.UnixEpoch));
                Assert.Equal(entity.ToLowerInvariant(), body.RootElement.GetProperty("entity").GetString());
                Assert.StartsWith("example_", body.RootElement.GetProperty("data").GetProperty("name").GetString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_secret_opens_for_its_owner_alone()
    {
        var box = new SecretBox(RandomNumberGenerator.GetBytes(SecretBox.KeyBytes));
        var sealed_ = box.Seal("my secret", workspace: 1, "w");
        var tampered = (byte[])sealed_.Clone();
        tampered[^1] ^= 1;

        Assert.Equal("my secret", box.Open(sealed_, 1, "w"));
        Assert.Null(box.Open(sealed_, 2, "w"));
        Assert.Null(box.Open(sealed_, 1, "x"));
        Assert.Null(box.Open(tampered, 1, "w"));
        Assert.Null(box.Open([1, 2, 3], 1, "w"));
        Assert.Null(new SecretBox(RandomNumberGenerator.GetBytes(SecretBox.KeyBytes)).Open(sealed_, 1, "w"));
        Assert.NotEqual(sealed_, box.Seal("my secret", 1, "w"));
    }

    [Fact]
    public void Waits_grow_and_end_at_the_longest()
    {
        var options = new WebhookOptions();

        Assert.Empty(options.Problems());
        Assert.Equal([1, 4, 16, 64, 256, 1024, 3600, 3600], Enumerable.Range(1, 8).Select(n => options.RetryAfter(n).TotalSeconds));
    }
}
