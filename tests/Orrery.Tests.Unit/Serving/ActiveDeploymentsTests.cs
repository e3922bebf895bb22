using Orrery.Contracts;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>What answers is replaced only as it was seen.</summary>
public sealed class ActiveDeploymentsTests
{
    [Fact]
    public void What_ends_a_deployment_leaves_the_revision_that_was_taken_up_meanwhile()
    {
        using var parts = new ServingParts();
        var spec = new DeploymentSpec { Variants = [ServingParts.Variant("stable", 1)] };
        var (seen, newer, rest) = (parts.Deployment(spec), parts.Deployment(spec), parts.Deployment(spec));
        var active = new ActiveDeployments();
        active.Put(seen);
        Assert.Same(seen, active.Put(newer));

        Assert.False(active.Replace(seen, rest));
        Assert.False(active.Replace(seen, null));
        Assert.Same(newer, active.Find(ServingParts.Key));

        Assert.True(active.Replace(newer, rest));
        Assert.Same(rest, active.Find(ServingParts.Key));
        Assert.True(active.Replace(rest, null));
        Assert.Null(active.Find(ServingParts.Key));
    }
}
