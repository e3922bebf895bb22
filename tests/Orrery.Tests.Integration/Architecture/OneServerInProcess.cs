using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>One server inside the test process for all tests of a class; each test takes names of its own.</summary>
public sealed class OneServerInProcess : IAsyncLifetime
{
    /// <summary>The server.</summary>
    internal ServerInProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await ServerInProcess.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
