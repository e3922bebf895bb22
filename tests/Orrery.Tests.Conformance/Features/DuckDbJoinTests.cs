using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>The join rule in the embedded engine, over Parquet files.</summary>
public sealed class DuckDbJoinTests : IAsyncDisposable
{
    private readonly JoinBench _bench = new();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Every_case_is_as_the_rule_says()
    {
        var wrong = new List<string>();
        foreach (var join in JoinCases.All)
        {
            var found = await _bench.RunAsync(join, _bench.File(join), TestContext.Current.CancellationToken);
            if (JoinDifference.Find(JoinOracle.Join(join, ordered: true), found) is { } difference)
                wrong.Add($"{join.Name}: {difference}");
        }

        Assert.True(JoinCases.All.Count >= 60, $"{JoinCases.All.Count} cases.");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Random_tables_are_as_the_rule_says() => Prop
        .ForAll(RandomJoins.Generator.ToArbitrary(), join =>
        {
            var found = _bench.RunAsync(join, _bench.File(join), CancellationToken.None).GetAwaiter().GetResult();
            var difference = JoinDifference.Find(JoinOracle.Join(join, ordered: true), found);
            return (difference is null).Label(difference ?? "");
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(19, 63));
}
