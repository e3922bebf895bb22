using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>One server with SQLite for all tests of a class; each test takes names of its own.</summary>
public sealed class OneServer : IAsyncLifetime
{
    private bool _isUsed;

    /// <summary>The server.</summary>
    public ServerProcess Process { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Process = await ServerProcess.StartAsync(["--log-level", "Warning"], cancel: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    /// <summary>True the first time it is asked: for what is done once, such as making the first administrator.</summary>
    public bool IsFirst()
    {
        var first = !_isUsed;
        _isUsed = true;
        return first;
    }
}
