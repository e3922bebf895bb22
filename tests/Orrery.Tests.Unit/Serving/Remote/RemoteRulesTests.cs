using System.Net;
using Orrery.Contracts;
using Orrery.Serving;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>What deployments may have called.</summary>
public sealed class RemoteRulesTests
{
    [Theory]
    [InlineData("triton.ml.svc", "http://triton.ml.svc:8000/", true)]
    [InlineData("triton.ml.svc", "http://TRITON.ml.svc/", true)]
    [InlineData("triton.ml.svc", "http://triton.ml.svc./", true)]
    [InlineData("triton.ml.svc:8000", "http://triton.ml.svc:8000/", true)]
    [InlineData("triton.ml.svc:8000", "http://triton.ml.svc:8001/", false)]
    [InlineData("models.example.com:443", "https://models.example.com/", true)]
    [InlineData("triton.ml.svc", "http://a.triton.ml.svc/", false)]
    [InlineData("triton.ml.svc", "http://triton.ml.svc.evil.com/", false)]
    [InlineData("*.example.com", "http://a.b.example.com/", true)]
    [InlineData("*.example.com", "http://example.com/", false)]
    [InlineData("*.example.com", "http://badexample.com/", false)]
    [InlineData("*.example.com:8080", "http://a.example.com/", false)]
    [InlineData("10.0.0.5", "http://10.0.0.5:9000/", true)]
    [InlineData("10.0.0.5", "http://167772165/", true)]
    [InlineData("[::1]:8080", "http://[::1]:8080/", true)]
    [InlineData("[::1]:8080", "http://[::2]:8080/", false)]
    public void Hosts_are_allowed_by_name_suffix_and_port(string host, string url, bool isAllowed) =>
        Assert.Equal(isAllowed, RemoteHost.Allowing([host], new Uri(url)) is not null);

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("a*.example.com")]
    [InlineData("http://triton")]
    [InlineData("triton:0")]
    [InlineData("triton:70000")]
    [InlineData("triton/path")]
    public void What_is_no_host_is_told_at_start(string host) =>
        Assert.StartsWith($"Remote:Hosts: '{host}' must be a host", Assert.Single(new RemoteOptions { Hosts = [host] }.Problems()), StringComparison.Ordinal);

    [Theory]
    [InlineData("169.254.169.254", false, false)]
    [InlineData("::ffff:169.254.169.254", false, false)]
    [InlineData("fe80::1", false, false)]
    [InlineData("fd00:ec2::254", false, false)]
    [InlineData("224.0.0.1", false, false)]
    [InlineData("0.0.0.0", false, false)]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("127.0.0.1", true, false)]
    [InlineData("::1", true, false)]
    [InlineData("10.1.2.3", true, true)]
    [InlineData("93.184.216.34", true, true)]
    public void A_name_that_is_allowed_leads_to_no_metadata_server(string address, bool isSuffix, bool isAllowed) =>
        Assert.Equal(isAllowed, RemoteConnections.IsAllowed(IPAddress.Parse(address), isSuffix));

    [Theory]
    [InlineData("ftp://host", "url")]
    [InlineData("host:80", "url")]
    [InlineData("http://user:pass@host", "url")]
    [InlineData("http://host/?a=b", "url")]
    [InlineData("http://host/#a", "url")]
    [InlineData("http://", "url")]
    public void Addresses_are_plain(string url, string field) => Assert.Contains(field, Faults(new() { Url = url, Protocol = "v2" }));

    [Fact]
    public void Each_fault_is_told_by_its_field()
    {
        Assert.Empty(Faults(new() { Url = "https://host/staging", Protocol = "v2", Version = "3", TimeoutMs = 1, Retries = 10, Headers = new Dictionary<string, string> { ["Authorization"] = "triton" } }));
        Assert.Equal(
            ["protocol", "model", "version", "timeout_ms", "retries", "headers", "headers.X-Empty"],
            Faults(new()
            {
                Url = "http://host",
                Protocol = "grpc",
                Model = "..",
                Version = "1",
                TimeoutMs = 0,
                Retries = 11,
                Headers = new Dictionary<string, string> { ["Host"] = "a", ["X-Empty"] = "" },
            }));
    }

    [Theory]
    [InlineData("v1", "http://host:8000", "a b/ü", null, "http://host:8000/v1/models/a%20b%2F%C3%BC:predict")]
    [InlineData("v2", "http://host/staging/", "m", null, "http://host/staging/v2/models/m/infer")]
    [InlineData("v2", "http://host", "m", "3", "http://host/v2/models/m/versions/3/infer")]
    public void Models_are_asked_at_the_paths_of_their_protocol(string protocol, string url, string model, string? version, string asked)
    {
        Assert.False(RemoteTarget.Of(new() { Url = url, Protocol = protocol, Version = version }, model, new() { Hosts = ["host"] }).Failed(out _, out var target));
        Assert.Equal(asked, target.Ask.AbsoluteUri);
    }

    [Fact]
    public void Waits_double_are_random_by_half_and_never_longer_than_the_request_has()
    {
        var backoff = new RemoteBackoff(new FakeTimeProvider());
        foreach (var (attempt, most) in new[] { (1, 50), (2, 100), (3, 200), (9, 2000) })
        {
            var waits = Enumerable.Range(0, 200).Select(_ => backoff.Wait(attempt, null, null)!.Value.TotalMilliseconds).ToList();
            Assert.All(waits, wait => Assert.InRange(wait, most / 2.0, most));
            Assert.True(waits.Max() - waits.Min() > most / 4.0);
        }

        Assert.Equal(TimeSpan.FromSeconds(3), backoff.Wait(1, TimeSpan.FromSeconds(3), null));
        Assert.Null(backoff.Wait(1, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2)));
        Assert.Null(backoff.Wait(1, TimeSpan.FromSeconds(11), null));
        Assert.Null(backoff.Wait(1, null, TimeSpan.FromMilliseconds(-5)));
    }

    private static IReadOnlyList<string> Faults(RemoteSpec spec) => [.. RemoteRules.Faults(spec).Select(static fault => fault.Field)];
}
