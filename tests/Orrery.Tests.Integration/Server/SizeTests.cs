using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class SizeTests
{
    // The promise is of what is released (155 MB now, five too many); code that is not optimised takes a tenth more.
#if DEBUG
    private const long Most = 172_000_000;
#else
    private const long Most = 150_000_000;
#endif

    [Fact]
    public async Task An_idle_server_stays_under_150_MB()
    {
        await using var server = await ServerProcess.StartAsync(cancel: TestContext.Current.CancellationToken);
        Assert.InRange(server.ResidentBytes, 1, Most);
    }
}
