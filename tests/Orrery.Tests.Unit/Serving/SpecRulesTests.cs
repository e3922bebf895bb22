using Orrery.Contracts;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>What is wrong with a deployment's document is told by its field.</summary>
public sealed class SpecRulesTests
{
    private static readonly VariantSpec Variant = new() { Name = "stable", Model = "m", Version = "1", Weight = 1 };

    [Fact]
    public void Limits_of_callers_have_bounds()
    {
        Assert.Empty(Faults(new() { Variants = [Variant], Limits = new() { PerToken = new() { RequestsPerSecond = 0.1, Concurrency = 1 } } }));
        Assert.Equal(
            ["limits.per_token.requests_per_second", "limits.per_token.concurrency"],
            Faults(new() { Variants = [Variant], Limits = new() { PerToken = new() { RequestsPerSecond = double.NaN, Concurrency = 0 } } }));
    }

    [Fact]
    public void Faults_of_a_remote_endpoint_name_their_variant()
    {
        var remote = new RemoteSpec { Url = "file:///etc/passwd", Protocol = "v2", Headers = new Dictionary<string, string> { ["Transfer-Encoding"] = "x" } };

        Assert.Equal(
            ["variants[1].remote.url", "variants[1].remote.headers"],
            Faults(new() { Variants = [Variant, Variant with { Name = "canary", Remote = remote }] }));
    }

    private static IEnumerable<string> Faults(DeploymentSpec spec) => SpecRules.Problem(spec)?.Faults.Select(static fault => fault.Field) ?? [];
}
