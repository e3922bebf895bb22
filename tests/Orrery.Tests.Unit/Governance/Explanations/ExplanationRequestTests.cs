using Orrery.Governance;
using Orrery.Kernel;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Who may ask for what is computed at once, and how much of it.</summary>
public sealed class ExplanationRequestTests
{
    [Fact]
    public async Task No_more_is_computed_at_once_than_there_are_slots()
    {
        using var slots = new RequestSlots(new GovernanceOptions { Concurrency = 1 });
        var gate = new TaskCompletionSource();
        async ValueTask<Result<Done>> ComputeAsync()
        {
            await gate.Task;
            return Done.Ok;
        }

        List<Task<Result<Done>>> running = [.. Enumerable.Range(0, 2).Select(_ => slots.RunAsync(ComputeAsync).AsTask())];
        var refused = await slots.RunAsync<Done>(static () => throw new InvalidOperationException("It is not to be computed."));
        Assert.Equal((FailureKind.Exhausted, "governance.explanations_busy", 429), (refused.Failure!.Kind, refused.Failure.Code, refused.Failure.HttpStatus));

        gate.SetResult();
        Assert.All(await Task.WhenAll(running), static one => Assert.True(one.Succeeded));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await slots.RunAsync<Done>(static () => throw new InvalidOperationException("It fails.")));
        for (var again = 0; again < 3; again++)
            Assert.True((await slots.RunAsync(ComputeAsync)).Succeeded);
    }

    [Fact]
    public void A_right_on_some_deployments_is_none_on_all_logged_predictions()
    {
        Assert.Null(ExplanationEndpoints.LogRefusal((true, null)));
        Assert.Equal(FailureKind.Denied, ExplanationEndpoints.LogRefusal((true, new ObjectLimits("deployment", new HashSet<string> { "production/risk" })))!.Kind);
        Assert.Equal("governance.explanation_restricted", ExplanationEndpoints.LogRefusal((false, null))!.Code);
    }
}
