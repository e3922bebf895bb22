using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>What each caller may take of a deployment.</summary>
public sealed class CallerGatesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Each_token_has_a_rate_of_its_own_and_users_without_one_have_theirs()
    {
        var gates = new CallerGates(new() { RequestsPerSecond = 2 }, _time);
        Actor[] callers = [Caller("ann", token: "t1"), Caller("ann", token: "t2"), Caller("ann"), Caller("bob")];
        foreach (var caller in callers)
        {
            Assert.Null(Enter(gates, caller));
            Assert.Null(Enter(gates, caller));
            var refused = Enter(gates, caller);
            Assert.Equal(("serving.rate_limited", 429), (refused!.Code, refused.HttpStatus));
        }

        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Null(Enter(gates, callers[0]));
        Assert.NotNull(Enter(gates, callers[0]));
        Assert.Null(Enter(gates, callers[1]));
    }

    [Fact]
    public void A_caller_has_so_many_requests_at_work_and_the_others_are_not_touched()
    {
        var admission = new Admission(new() { Concurrency = 3, PerToken = new() { Concurrency = 2 } }, 100, _time);
        var (ann, bob) = (Caller("ann"), Caller("bob"));
        Assert.Null(admission.Enter(ann, out var first));
        Assert.Null(admission.Enter(ann, out var second));
        Assert.Equal(429, admission.Enter(ann, out _)!.HttpStatus);
        Assert.Null(admission.Enter(bob, out var other));
        Assert.Equal(503, admission.Enter(bob, out _)!.HttpStatus);
        Assert.Equal(3, admission.AtWork);

        admission.Leave(first);
        Assert.Null(admission.Enter(ann, out first));
        foreach (var gate in new[] { first, second, other })
            admission.Leave(gate);
        Assert.Equal(0, admission.AtWork);
    }

    [Fact]
    public void What_one_sends_too_much_takes_nothing_of_the_deployments_rate()
    {
        var admission = new Admission(new() { RequestsPerSecond = 10, PerToken = new() { RequestsPerSecond = 1 } }, 100, _time);
        for (var index = 0; index < 50; index++)
            Take(admission, Caller("greedy"));

        Assert.Equal(9, Enumerable.Range(0, 20).Count(index => Take(admission, Caller($"user-{index}")) is null));
    }

    [Fact]
    public void A_request_that_the_deployment_refuses_leaves_its_caller_too()
    {
        var admission = new Admission(new() { RequestsPerSecond = 1, PerToken = new() { Concurrency = 1 } }, 100, _time);
        Assert.Null(Take(admission, Caller("ann")));
        Assert.Contains("The deployment takes 1 requests a second", Take(admission, Caller("ann"))!.Message, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Take(admission, Caller("ann")));
    }

    [Fact]
    public void Callers_without_end_take_no_more_memory_and_come_back_as_they_were()
    {
        var gates = new CallerGates(new() { RequestsPerSecond = 1 }, _time, most: 100);
        for (var index = 0; index < 5_000; index++)
            Enter(gates, Caller($"user-{index}"));
        Assert.Equal(100, gates.Count);
        Assert.NotNull(Enter(gates, Caller("user-7")));
        // Those beyond the hundred share one caller's limits.
        Assert.NotNull(Enter(gates, Caller("user-9999")));

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(Enter(gates, Caller("user-9999")));
        Assert.Equal(1, gates.Count);
        Assert.Null(Enter(gates, Caller("user-7")));
    }

    [Fact]
    public void Who_is_at_work_is_not_forgotten()
    {
        var gates = new CallerGates(new() { Concurrency = 1 }, _time, most: 2);
        Assert.Null(gates.Enter(Caller("ann"), out _));
        Assert.Null(Enter(gates, Caller("bob")));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(Enter(gates, Caller("carl")));

        Assert.NotNull(Enter(gates, Caller("ann")));
    }

    [Fact]
    public async Task Many_threads_and_callers_who_come_and_go_never_exceed_a_callers_concurrency()
    {
        var gates = new CallerGates(new() { Concurrency = 2 }, TimeProvider.System, most: 4);
        var callers = Enumerable.Range(0, 3).Select(index => Caller($"user-{index}")).ToArray();
        var (atWork, worst, admitted) = (new int[3], 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var index = 0; index < 20_000; index++)
            {
                // Passers-by, so that there is sweeping.
                if (index % 100 == 0 && gates.Enter(Caller($"passer-{thread}-{index}"), out var passer) is null)
                    passer!.Leave();
                var who = index % 3;
                if (gates.Enter(callers[who], out var gate) is not null)
                    continue;
                InterlockedMax(ref worst, Interlocked.Increment(ref atWork[who]));
                Interlocked.Increment(ref admitted);
                Thread.SpinWait(20);
                Interlocked.Decrement(ref atWork[who]);
                gate!.Leave();
            }
        })));

        Assert.True(admitted > 10_000, $"{admitted} were admitted.");
        Assert.InRange(worst, 1, 2);
    }

    [Fact]
    public void A_caller_who_was_here_costs_no_memory()
    {
        var gates = new CallerGates(new() { RequestsPerSecond = 1_000_000, Concurrency = 10 }, TimeProvider.System);
        var caller = Caller("ann", token: "t1");
        for (var index = 0; index < 100; index++)
            Enter(gates, caller);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < 10_000; index++)
            Enter(gates, caller);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static Failure? Enter(CallerGates gates, Actor caller)
    {
        var refused = gates.Enter(caller, out var gate);
        if (refused is null)
            gate!.Leave();
        return refused;
    }

    private static Failure? Take(Admission admission, Actor caller)
    {
        var refused = admission.Enter(caller, out var gate);
        if (refused is null)
            admission.Leave(gate);
        return refused;
    }

    private static Actor Caller(string name, string? token = null) =>
        new(WorkspaceId.Default, "default", name) { Origin = new() { PrincipalId = "id-of-" + name, Method = "token", TokenId = token } };

    private static void InterlockedMax(ref int place, int value)
    {
        for (var seen = Volatile.Read(ref place); value > seen; seen = Volatile.Read(ref place))
        {
            if (Interlocked.CompareExchange(ref place, value, seen) == seen)
                return;
        }
    }
}
