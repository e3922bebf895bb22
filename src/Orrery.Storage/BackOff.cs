namespace Orrery.Storage;

/// <summary>Exponential back-off.</summary>
internal static class BackOff
{
    /// <summary>The wait after attempt number <paramref name="attempts"/> (from 1): doubles each time, up to <paramref name="longest"/>.</summary>
    public static TimeSpan After(int attempts, TimeSpan first, TimeSpan longest)
    {
        var wait = first.Ticks * Math.Pow(2, Math.Clamp(attempts - 1, 0, 62));
        return wait < longest.Ticks ? TimeSpan.FromTicks((long)wait) : longest;
    }
}
