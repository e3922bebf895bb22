using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Clients that send a byte now and then to keep connections and requests for themselves.</summary>
public sealed class SlowClientTests
{
    private static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dripping_headers_and_bodies_are_cut_off_and_others_are_served_meanwhile()
    {
        await using var process = await ServerProcess.StartAsync(environment: new Dictionary<string, string> { ["Orrery__Http__HeadersTimeout"] = "00:00:02" }, cancel: Cancel);
        var server = new ServingServer(process);
        await server.RegisterOnnxAsync("m", OnnxModels.Identity(11, -1, 1));
        await server.DeployAsync("production", "m", ServingServer.Spec(ServingServer.Variant("m", 1)));
        await server.DeployAsync("production", "short", $$"""{"variants": [{{ServingServer.Variant("m", 1)}}], "limits": {"timeout_ms": 700} }""");

        var headers = Enumerable.Range(0, 20).Select(_ => DripAsync(process.Port, "POST /v1/models/m:predict HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")).ToList();
        var bodies = Enumerable.Range(0, 20).Select(_ => DripAsync(process.Port, Head("m"))).ToList();
        var late = Enumerable.Range(0, 20).Select(_ => DripAsync(process.Port, Head("short"))).ToList();
        var dripping = Task.WhenAll([.. headers, .. bodies, .. late]);
        var (asked, longest) = (0, TimeSpan.Zero);
        while (!dripping.IsCompleted)
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Equal(200, (await server.AskAsync("/v1/models/m:predict", """{"instances": [[1]]}""")).Status);
            longest = Stopwatch.GetElapsedTime(began) is var took && took > longest ? took : longest;
            asked++;
            await Task.Delay(20, Cancel);
        }

        Assert.InRange(asked, 10, int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"{asked} others were answered, the slowest after {longest.TotalMilliseconds:0} ms.");
        Assert.All(await Task.WhenAll(headers), static answer => Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal));
        Assert.All(await Task.WhenAll(bodies), static answer => Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal));
        Assert.All(await Task.WhenAll(late), static answer =>
        {
            Assert.StartsWith("HTTP/1.1 504 ", answer, StringComparison.Ordinal);
            Assert.Contains("""{"error":"The model did not answer within 700 ms."}""", answer, StringComparison.Ordinal);
        });

        // Nothing of them is left at work.
        var page = await process.Client.GetStringAsync("/metrics", Cancel);
        Assert.Contains("model_in_flight{deployment=\"m\",environment=\"production\",workspace=\"1\"} 0\n", page, StringComparison.Ordinal);
        Assert.Contains("model_in_flight{deployment=\"short\",environment=\"production\",workspace=\"1\"} 0\n", page, StringComparison.Ordinal);
    }

    private static string Head(string model) => string.Create(
        CultureInfo.InvariantCulture, $"POST /v1/models/{model}:predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n");

    // Sends the beginning and then a byte at a time until the server answers and ends the connection.
    private static async Task<string> DripAsync(int port, string begin)
    {
        using var client = await RawHttp.ConnectAsync(port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(begin), Cancel);
        var answering = ReadAsync(stream);
        while (!answering.IsCompleted)
        {
            try
            {
                await stream.WriteAsync("1"u8.ToArray(), Cancel);
            }
            catch (IOException)
            {
                break;
            }

            await Task.WhenAny(answering, Task.Delay(Drip, Cancel));
        }

        return await answering;
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        using var all = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, Cancel)) > 0)
                all.Write(buffer, 0, read);
        }
        catch (IOException)
        {
            // Reset: what came before counts.
        }

        return Encoding.ASCII.GetString(all.ToArray());
    }
}
