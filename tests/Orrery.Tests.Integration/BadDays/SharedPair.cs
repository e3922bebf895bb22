namespace Orrery.Tests.Integration;

/// <summary>One pair of servers for all tests of a class that leave both alive; each test takes names of its own.</summary>
public sealed class SharedPair : IAsyncDisposable
{
    private ServerPair? _pair;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_pair is not null)
            await _pair.DisposeAsync();
    }

    /// <summary>The pair, which the first test starts; skips the test where there is no PostgreSQL.</summary>
    internal async Task<ServerPair> GetAsync(CancellationToken cancel) => _pair ??= await ServerPair.StartAsync(cancel);
}
