using Orrery.Serving;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>When an endpoint is left alone, and when it is asked again.</summary>
public sealed class RemoteCircuitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RemoteCircuit _circuit;

    public RemoteCircuitTests() => _circuit = new(new RemoteOptions { CircuitPercent = 50, CircuitTries = 10, CircuitWindowSeconds = 10, CircuitOpenSeconds = 5 }, _time);

    [Fact]
    public void It_opens_at_its_share_of_failures_and_not_before()
    {
        for (var index = 0; index < 5; index++)
            Assert.Null(Try(failed: false));
        for (var index = 0; index < 4; index++)
            Assert.Null(Try(failed: true));
        Assert.Equal(CircuitState.Open, Try(failed: true));

        Assert.False(_circuit.TryEnter(out _, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(5), wait);
    }

    [Fact]
    public void Few_tries_do_not_open_it_and_old_ones_do_not_count()
    {
        for (var index = 0; index < 9; index++)
            Assert.Null(Try(failed: true));
        _time.Advance(TimeSpan.FromSeconds(11));
        for (var index = 0; index < 9; index++)
            Assert.Null(Try(failed: true));
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(CircuitState.Open, Try(failed: true));
    }

    [Fact]
    public void After_its_rest_one_try_decides()
    {
        Open();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_circuit.TryEnter(out var probe, out _));
        Assert.False(_circuit.TryEnter(out _, out var wait));
        Assert.Equal((TimeSpan.FromSeconds(1), CircuitState.HalfOpen), (wait, _circuit.State));

        Assert.Equal(CircuitState.Open, _circuit.Ended(probe, failed: true));
        Assert.False(_circuit.TryEnter(out _, out wait));
        Assert.Equal(TimeSpan.FromSeconds(5), wait);

        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(CircuitState.Closed, Try(failed: false));
        // What was before it closed is forgotten.
        Assert.Null(Try(failed: true));
    }

    [Fact]
    public void A_try_that_was_given_up_leaves_the_next_to_decide()
    {
        Open();
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(Try(failed: null));
        Assert.Equal(CircuitState.Closed, Try(failed: false));
    }

    [Fact]
    public void What_began_before_it_opened_says_nothing_after()
    {
        Assert.True(_circuit.TryEnter(out var early, out _));
        Open();
        Assert.Null(_circuit.Ended(early, failed: false));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_circuit.TryEnter(out var probe, out _));
        Assert.Null(_circuit.Ended(early, failed: true));

        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
        Assert.Equal(CircuitState.Closed, _circuit.Ended(probe, failed: false));
    }

    private void Open()
    {
        for (var index = 0; index < 10; index++)
            Try(failed: true);
        Assert.Equal(CircuitState.Open, _circuit.State);
    }

    private CircuitState? Try(bool? failed)
    {
        Assert.True(_circuit.TryEnter(out var pass, out _));
        return _circuit.Ended(pass, failed);
    }
}
