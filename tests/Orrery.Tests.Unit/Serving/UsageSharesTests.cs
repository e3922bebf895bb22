using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>What models used, as facts that somebody pays for.</summary>
public sealed class UsageSharesTests
{
    private static readonly DateTimeOffset From = new(2026, 11, 5, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = From.AddMinutes(10);

    [Fact]
    public void Each_model_has_its_predictions_its_time_and_its_memory()
    {
        var facts = Facts([(WorkspaceId.Default, "churn", 7_043, TimeSpan.FromSeconds(12.5))], [(WorkspaceId.Default, "churn", 1L << 29)], cores: 2);
        Assert.Equal(
            [(Meters.Predictions, 7_043m), (Meters.CoreSeconds, 12.5m), (Meters.MemoryGibSeconds, 300m)],
            facts.Select(static fact => (fact.Meter, fact.Quantity)));
        Assert.All(facts, static fact => Assert.Equal(("model", "churn", From, To), (fact.ObjectKind, fact.ObjectId, fact.From, fact.To)));
        Assert.Equal(facts.Count, facts.Select(static fact => fact.Key).Distinct().Count());
    }

    [Fact]
    public void Requests_that_waited_for_one_another_share_the_cores_there_are()
    {
        var facts = Facts(
            [(WorkspaceId.Default, "large", 1, TimeSpan.FromMinutes(45)), (WorkspaceId.Default, "small", 1, TimeSpan.FromMinutes(15))], [], cores: 2);
        Assert.Equal([900m, 300m], facts.Where(static fact => fact.Meter == Meters.CoreSeconds).Select(static fact => fact.Quantity));
    }

    [Fact]
    public void What_did_nothing_has_no_facts() => Assert.Empty(Facts([(WorkspaceId.Default, "idle", 0, TimeSpan.Zero)], [(WorkspaceId.Default, "remote", 0)], cores: 2));

    [Fact]
    public void Use_is_read_once()
    {
        var use = new ModelUse();
        use.Add(3, TimeSpan.FromSeconds(2));
        use.Add(4, TimeSpan.FromSeconds(1));
        Assert.Equal((7L, TimeSpan.FromSeconds(3)), use.Take());
        Assert.Equal((0L, TimeSpan.Zero), use.Take());
    }

    private static List<UsageFact> Facts(
        IReadOnlyList<(WorkspaceId, string, long, TimeSpan)> uses, IReadOnlyList<(WorkspaceId, string, long)> memory, int cores) =>
        [.. UsageShares.Of("serving/server/1", From, To, uses, memory, cores).Select(static one => one.Fact)];
}
