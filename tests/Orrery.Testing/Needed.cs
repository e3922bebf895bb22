using Xunit;

namespace Orrery.Testing;

/// <summary>What tests need of a machine.</summary>
public static class Needed
{
    /// <summary>Ends a test that lacks something: skipped on a developer's machine, failed where CI is set.</summary>
    public static void Missing(string reason)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
            Assert.Skip(reason);
        Assert.Fail(reason);
    }
}
