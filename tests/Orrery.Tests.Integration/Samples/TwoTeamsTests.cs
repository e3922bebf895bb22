using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary><c>samples/tenancy/run.sh</c> as a reader would run it.</summary>
public sealed class TwoTeamsTests
{
    [Fact]
    public async Task The_sample_of_two_teams_holds()
    {
        var (code, output, error) = await Tools.SampleAsync("tenancy", ("PORT", FreePort().ToString(CultureInfo.InvariantCulture)));

        Assert.True(code == 0, $"run.sh ended with {code}:\n{output}\n{error}");
        Assert.Contains("a call without a name: 401", output, StringComparison.Ordinal);
        Assert.Contains("holds: bob: red's file does not exist", output, StringComparison.Ordinal);
        Assert.Contains("holds: blue's third is refused by its quota", output, StringComparison.Ordinal);
        Assert.Contains("holds: bob reads the shared model", output, StringComparison.Ordinal);
        Assert.DoesNotContain("DOES NOT HOLD", output, StringComparison.Ordinal);
        Assert.EndsWith("All of it held.", output.TrimEnd(), StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
