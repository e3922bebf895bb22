using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class SizeTests
{
    [Fact]
    public async Task An_idle_server_stays_under_150_MB()
    {
        await using var server = await ServerProcess.StartAsync(cancel: TestContext.Current.CancellationToken);
        Assert.InRange(server.ResidentBytes, 1, 150_000_000);
    }
}
