using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Bodies that are too large, too slow, or never finished.</summary>
public sealed class BrokenBodyTests(HostileServers servers) : IClassFixture<HostileServers>
{
    private const int Mib = 1 << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("runs/log-batch")]
    [InlineData("runs/search")]
    [InlineData("experiments/create")]
    [InlineData("registered-models/create")]
    public async Task A_body_of_100_MB_is_refused_before_it_is_read(string path)
    {
        var server = servers.Sqlite;
        using var client = await RawHttp.ConnectAsync(server.Port, Cancel);
        var stream = client.GetStream();
        var watch = Stopwatch.StartNew();
        await stream.WriteAsync(Head(server, "POST", "/" + Calls.Api + path, $"Content-Type: application/json\r\nContent-Length: {100 * Mib}\r\nConnection: close\r\n"), Cancel);
        var answer = await RawHttp.ReadAsync(stream, Cancel);
        Assert.True(answer.Status is 400 or 413, $"{answer.Status} {answer.Body}");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), $"It took {watch.Elapsed}.");
        Assert.False(string.IsNullOrEmpty(answer.Message));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(100, false)]
    [InlineData(60, true)]
    public async Task Huge_bodies_that_do_come_are_refused_in_bounded_memory(int megabytes, bool chunked)
    {
        var server = servers.Sqlite;
        var peak = server.ResidentBytes;
        var requests = Enumerable.Range(0, 6).Select(_ => PostHugeAsync(server, megabytes, chunked)).ToArray();
        var all = Task.WhenAll(requests);
        while (!all.IsCompleted)
        {
            peak = Math.Max(peak, server.ResidentBytes);
            await Task.WhenAny(all, Task.Delay(10, Cancel));
        }

        Assert.All(await all, static status => Assert.True(status is 0 or 400 or 413, $"Answered {status}."));
        Assert.True(peak < 500L * Mib, $"The server took {peak / Mib} MiB.");
        Assert.Equal(200, (await server.Client.GetAnswerAsync("health/ready", Cancel)).Status);
    }

    [Theory]
    [InlineData("POST", "api/2.0/mlflow/runs/set-tag")]
    [InlineData("PUT", "api/2.0/mlflow-artifacts/artifacts/slow/file.bin")]
    public async Task A_body_that_trickles_is_given_up_and_holds_nobody_up(string method, string path)
    {
        var server = servers.Sqlite;
        using var client = await RawHttp.ConnectAsync(server.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(Head(server, method, "/" + path, "Content-Type: application/json\r\nContent-Length: 100000\r\n"), Cancel);
        var reading = RawHttp.ReadAsync(stream, Cancel);
        var watch = Stopwatch.StartNew();
        while (!reading.IsCompleted && watch.Elapsed < TimeSpan.FromSeconds(25))
        {
            try
            {
                await stream.WriteAsync("x"u8.ToArray(), Cancel);
            }
            catch (IOException)
            {
                break;
            }

            Assert.Equal(200, (await server.Client.GetAnswerAsync("health/live", Cancel)).Status);
            await Task.WhenAny(reading, Task.Delay(200, Cancel));
        }

        var answer = await reading.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.True(answer.Status is 408 or 400 or 0, $"{answer.Status} {answer.Body}");
        Assert.Equal(404, (await server.Client.GetAnswerAsync(Calls.Files + "slow/file.bin", Cancel)).Status);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public async Task An_upload_that_breaks_off_leaves_no_file(bool postgres, bool chunked, bool reset)
    {
        var server = await servers.OnAsync(postgres);
        var name = $"broken/{postgres}-{chunked}-{reset}";
        var kept = Encoding.ASCII.GetBytes("the old content");
        using (var content = new ByteArrayContent(kept))
        using (var put = await server.Client.PutAsync(new Uri(Calls.Files + name + "/old.bin", UriKind.Relative), content, Cancel))
            Assert.True(put.IsSuccessStatusCode);

        // Within what the database would keep, and far beyond.
        foreach (var sent in new[] { 0, 1, 1_000, 300_000, 3_000_000 })
        {
            await BreakOffAsync(server, $"{name}/new.bin", sent, chunked, reset);
            await BreakOffAsync(server, $"{name}/old.bin", sent, chunked, reset);
        }

        await Eventually.HoldsAsync("what was being written is gone", () => !HasLeftovers(server));
        Assert.Equal(404, (await server.Client.GetAnswerAsync($"{Calls.Files}{name}/new.bin", Cancel)).Status);
        Assert.Equal(kept, await server.Client.GetByteArrayAsync(new Uri($"{Calls.Files}{name}/old.bin", UriKind.Relative), Cancel));
        var list = await server.Client.GetAnswerAsync($"api/2.0/mlflow-artifacts/artifacts?path={name}", Cancel);
        Assert.Equal(["old.bin"], list.Json.GetProperty("files").EnumerateArray().Select(static f => f.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task A_batch_that_breaks_off_logs_nothing()
    {
        var server = servers.Sqlite;
        var run = await server.Client.CreateRunAsync(Cancel);
        var body = $$"""{"run_id":"{{run}}","tags":[{"key":"half","value":"v"}]}""";
        foreach (var cut in new[] { 1, body.Length / 2, body.Length - 1 })
        {
            using var client = await RawHttp.ConnectAsync(server.Port, Cancel);
            await client.GetStream().WriteAsync(
                Head(server, "POST", "/" + Calls.Api + "runs/log-batch", $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n"), Cancel);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(body[..cut]), Cancel);
        }

        // Another request through the same writer comes after whatever those did.
        Assert.Equal(200, (await server.Client.PostAsync("runs/set-tag", new { run_id = run, key = "whole", value = "v" }, Cancel)).Status);
        Assert.DoesNotContain("half", (await server.Client.GetAnswerAsync($"{Calls.Api}runs/get?run_id={run}", Cancel)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_that_leave_are_no_errors_in_the_log()
    {
        await using var server = await ServerProcess.StartAsync(cancel: Cancel);
        for (var i = 0; i < 5; i++)
            await BreakOffAsync(server, "gone/file.bin", sent: 200_000, chunked: i % 2 == 0, reset: true);
        await Eventually.HoldsAsync("what was being written is gone", () => !HasLeftovers(server));
        Assert.Equal(0, await server.TerminateAsync(Cancel));
        Assert.DoesNotContain("Exception", server.StandardOutput + server.StandardError, StringComparison.Ordinal);
    }

    private static async Task BreakOffAsync(ServerProcess server, string file, int sent, bool chunked, bool reset)
    {
        using var client = await RawHttp.ConnectAsync(server.Port, Cancel);
        var stream = client.GetStream();
        var framing = chunked ? "Transfer-Encoding: chunked\r\n" : $"Content-Length: {sent + 100_000}\r\n";
        await stream.WriteAsync(Head(server, "PUT", "/" + Calls.Files + file, framing), Cancel);
        if (chunked)
            await stream.WriteAsync(Encoding.ASCII.GetBytes((sent + 1).ToString("x", CultureInfo.InvariantCulture) + "\r\n"), Cancel);
        await stream.WriteAsync(new byte[sent], Cancel);
        if (reset)
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        else
            client.Client.Shutdown(SocketShutdown.Send);
        if (!reset)
            await RawHttp.ReadAsync(stream, Cancel);
    }

    private static async Task<int> PostHugeAsync(ServerProcess server, int megabytes, bool chunked)
    {
        using var client = await RawHttp.ConnectAsync(server.Port, Cancel);
        var stream = client.GetStream();
        var framing = chunked ? "Transfer-Encoding: chunked\r\n" : $"Content-Length: {megabytes * Mib}\r\n";
        await stream.WriteAsync(Head(server, "POST", "/" + Calls.Api + "runs/log-batch", $"Content-Type: application/json\r\n{framing}Connection: close\r\n"), Cancel);
        var block = new byte[Mib];
        Array.Fill(block, (byte)' ');
        try
        {
            for (var i = 0; i < megabytes; i++)
            {
                if (chunked)
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"{Mib:x}\r\n"), Cancel);
                await stream.WriteAsync(block, Cancel);
                if (chunked)
                    await stream.WriteAsync("\r\n"u8.ToArray(), Cancel);
            }

            if (chunked)
                await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), Cancel);
        }
        catch (IOException)
        {
            // Refused before the end: that is what it is for.
        }

        return (await RawHttp.ReadAsync(stream, Cancel)).Status;
    }

    private static bool HasLeftovers(ServerProcess server)
    {
        var folder = Path.Combine(server.DataDir, "blobs", ".tmp");
        return Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any();
    }

    private static byte[] Head(ServerProcess server, string method, string target, string headers) =>
        Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\n{headers}\r\n");
}
