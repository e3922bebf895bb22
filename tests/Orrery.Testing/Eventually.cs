using System.Diagnostics;
using Xunit;

namespace Orrery.Testing;

/// <summary>Waits for what other threads bring about.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns when <paramref name="condition"/> holds; fails the test after half a minute.</summary>
    /// <param name="what">What should have come true, for the failure's message.</param>
    /// <param name="condition">Looked at every few milliseconds.</param>
    /// <param name="seen">How things stand, for the failure's message.</param>
    public static async Task HoldsAsync(string what, Func<ValueTask<bool>> condition, Func<string>? seen = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                Assert.Fail($"After {Patience} still not so: {what}. {seen?.Invoke()}");
            await Task.Delay(Look, TestContext.Current.CancellationToken);
        }
    }

    /// <inheritdoc cref="HoldsAsync(string, Func{ValueTask{bool}}, Func{string})"/>
    public static Task HoldsAsync(string what, Func<bool> condition) => HoldsAsync(what, () => ValueTask.FromResult(condition()));
}
