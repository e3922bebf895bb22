using Orrery.Features;
using Orrery.Governance;
using Orrery.Storage;
using Xunit;
using Job = Orrery.Storage.Job;
using JobState = Orrery.Storage.JobState;

namespace Orrery.Tests.Unit;

/// <summary>What receipts of erasures say of what is left.</summary>
public sealed class ErasureTests
{
    private const string Yaml = """
        entities:
          - { name: customer, join_keys: [{ name: customer_id, type: string }] }
          - { name: account, join_keys: [{ name: customer_id, type: int64 }] }
          - { name: product, join_keys: [{ name: product_id, type: string }] }
        sources: [{ name: s, type: push }]
        feature_views:
          - { name: by_text, entities: [customer], source: s, features: [{ name: a, type: int64 }] }
          - { name: by_number, entities: [account], source: s, features: [{ name: a, type: int64 }] }
          - { name: by_pair, entities: [customer, product], source: s, features: [{ name: a, type: int64 }] }
          - { name: by_product, entities: [product], source: s, features: [{ name: a, type: int64 }] }
        """;

    [Theory]
    [InlineData("abc", "by_number,by_pair")]
    [InlineData("42", "by_pair")]
    [InlineData("42.0", "by_pair")]
    public void Views_that_a_key_does_not_fit_are_told(string value, string left)
    {
        var places = ErasureKey.Left(DefinitionSamples.Project(Yaml), new Dictionary<string, string> { ["customer_id"] = value });
        Assert.Equal(left.Split(','), places.Select(static place => place.Name.Split('@')[0]));
        Assert.All(places, static place => Assert.NotNull(ErasureSteps.Store(place, "shop", 1).Kept));
    }

    [Fact]
    public void A_part_of_a_key_is_told_and_a_strange_key_is_in_no_view()
    {
        var pair = new Dictionary<string, string> { ["customer_id"] = "abc", ["region"] = "north" };
        Assert.Equal(["by_number", "by_pair", "by_text"], ErasureKey.Left(DefinitionSamples.Project(Yaml), pair).Select(static place => place.Name.Split('@')[0]));
        Assert.Empty(ErasureKey.Left(DefinitionSamples.Project(Yaml), new Dictionary<string, string> { ["order_id"] = "1" }));
    }

    [Theory]
    [InlineData(2, 2, null, true)]
    [InlineData(0, 0, null, true)]
    [InlineData(0, 0, OfflineErasure.Gone, true)]
    [InlineData(2, 1, null, false)]
    [InlineData(0, 0, "Column x cannot be compared with customer_id.", false)]
    [InlineData(2, 2, "It may hold more.", false)]
    public void A_receipt_is_complete_when_nothing_may_be_left(long found, long deleted, string? note, bool isComplete)
    {
        var store = ErasureSteps.Store(new() { Kind = "file", Name = "a.csv", Found = found, Deleted = deleted, Note = note }, "shop", 1);
        Assert.Equal(isComplete, ErasureSteps.IsComplete(new() { Stores = [store, new() { Kind = "label", Found = 1, Erased = 1 }] }));
    }

    [Theory]
    [InlineData(JobState.Queued, null)]
    [InlineData(JobState.Running, null)]
    [InlineData(JobState.Cancelled, "governance.erasure_stopped")]
    [InlineData(JobState.Failed, "governance.erasure_failed")]
    [InlineData(null, "governance.erasure_failed")]
    public void An_erasure_ends_with_its_job_and_keeps_no_key(JobState? state, string? code)
    {
        var row = new ErasureRow { Id = "e", State = ErasureRow.Running, Subject = "ab", Sealed = [1], JobId = "j", Receipt = new(), CreatedBy = "ann", CreatedAt = 1 };
        var ended = SubjectErasures.Ended(row, state is null ? null : Job(state.Value));
        Assert.Equal((code is null ? null : ErasureRow.Failed, code), (ended?.State, ended?.Error?.Split(':')[0]));
        Assert.Null(ended?.Sealed);
    }

    private static Job Job(JobState state) => new()
    {
        Id = JobId.New(TimeProvider.System),
        Kind = ErasureJob.JobKind,
        State = state,
        Payload = "{}",
        Progress = 0,
        Message = "",
        Attempts = 1,
        CancelRequested = false,
        CreatedBy = "ann",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
