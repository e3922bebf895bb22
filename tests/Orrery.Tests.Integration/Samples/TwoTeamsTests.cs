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
        Assert.Matches(@"model/churn +[0-9a-f]{32} +red", output);
        Assert.DoesNotContain("DOES NOT HOLD", output, StringComparison.Ordinal);
        Assert.EndsWith("All of it held.", output.TrimEnd(), StringComparison.Ordinal);
    }

    // Below the ports that the system gives to those who ask for any: another test's server would answer in the sample's place.
    private static int FreePort()
    {
        for (var port = 20_000 + (Environment.ProcessId % 10_000); ; port++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
