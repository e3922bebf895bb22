using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Bounds what is computed while somebody waits for the answer: twice as much at once as jobs of governance.</summary>
internal sealed class RequestSlots(GovernanceOptions options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(2 * options.Concurrency);

    /// <summary>Computes at once, or refuses: <c>governance.explanations_busy</c>, which is answered 429 with Retry-After.</summary>
    public async ValueTask<Result<T>> RunAsync<T>(Func<ValueTask<Result<T>>> compute)
    {
        if (!await _free.WaitAsync(0, CancellationToken.None))
            return new Failure(FailureKind.Exhausted, "governance.explanations_busy", $"This server computes {2 * options.Concurrency} explanations for callers that wait, and takes no more now. Try again later.");
        try
        {
            return await compute();
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
