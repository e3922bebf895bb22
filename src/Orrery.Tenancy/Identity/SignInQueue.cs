using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>
/// Lets a few passwords be hashed at a time, since each takes a processor for a tenth of a second, and bounds who waits: so many of one
/// address (a /64 of IPv6), so many in all. Thread-safe.
/// </summary>
internal sealed class SignInQueue : IDisposable
{
    public const int MostOfAddress = 16;
    public const int MostInAll = 100;
    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Dictionary<string, int> _waiting = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _all;

    /// <summary>Does the work when it is its turn.</summary>
    /// <returns>What the work returned; <c>tenancy.too_many_sign_ins</c> (429), <c>tenancy.sign_in_busy</c> (503).</returns>
    public async ValueTask<Result<T>> RunAsync<T>(HttpContext context, Func<ValueTask<Result<T>>> work, CancellationToken cancel)
    {
        var address = KeyedLimiter.KeyOf(context.Connection.RemoteIpAddress);
        if (Enter(address) is { } full)
        {
            context.Response.Headers.RetryAfter = "1";
            return full;
        }

        try
        {
            await _slots.WaitAsync(cancel);
            try
            {
                return await work();
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            Leave(address);
        }
    }

    public void Dispose() => _slots.Dispose();

    private Failure? Enter(string address)
    {
        lock (_lock)
        {
            var own = _waiting.GetValueOrDefault(address);
            if (own >= MostOfAddress)
            {
                return new(
                    FailureKind.Exhausted, "tenancy.too_many_sign_ins",
                    $"{MostOfAddress} sign-ins with a password are under way from this address. Try again in a moment; programs do better with a token.");
            }

            if (_all >= MostInAll)
                return Failure.Unavailable("tenancy.sign_in_busy", "Too many people are signing in with a password. Try again in a moment; programs do better with a token.");
            _waiting[address] = own + 1;
            _all++;
            return null;
        }
    }

    private void Leave(string address)
    {
        lock (_lock)
        {
            _all--;
            if (_waiting[address] is var own and > 1)
                _waiting[address] = own - 1;
            else
                _waiting.Remove(address);
        }
    }
}
