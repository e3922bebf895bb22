using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance.Features;

/// <summary>Requests as the bytes that Feast's Python client and the calls of its documentation put on the wire, and the bytes that come back.</summary>
public sealed class FeastClientBytesTests(OnlineServers servers) : OnlineTest(servers)
{
    [Fact]
    public async Task A_remote_store_writes_and_reads()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var id = NewId();
        // The write says that it is JSON; the read is a bare text, without any content type.
        var written = await SendAsync(server, "/write-to-online-store", isJson: true, $$"""
            {"feature_view_name": "driver_stats", "df": {"driver_id": [{{id}}], "conv_rate": [0.1], "trips": [7], "note": [null], "event_timestamp": ["2025-03-01T10:00:00.250000"], "created": [null]}, "allow_registry_cache": false}
            """);
        Assert.Equal((200, "null"), written);

        var read = await SendAsync(server, "/get-online-features", isJson: false, $$$"""{"features": ["driver_stats:conv_rate", "driver_stats:note"], "entities": {"driver_id": [{{{id}}}]}}""", "X-Feast-Compat: true");
        Assert.Equal(
            (200, $$$"""{"results":[{"values":[{{{id}}}],"statuses":["PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z"]},{"values":[0.10000000149011612],"statuses":["PRESENT"],"event_timestamps":["2025-03-01T10:00:00.250Z"]},{"values":[null],"statuses":["PRESENT"],"event_timestamps":["2025-03-01T10:00:00.250Z"]}],"metadata":{"feature_names":["driver_id","conv_rate","note"]}}"""),
            read);
    }

    [Fact]
    public async Task Documented_calls_push_and_materialize()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var id = NewId();
        Assert.Equal((200, ""), await SendAsync(server, "/push?mode=feast", isJson: false, $$"""
            {"push_source_name": "driver_push", "df": {"driver_id": [{{id}}], "event_timestamp": ["2025-03-01 10:59:42+00:00"], "created": ["2025-03-01 10:59:42"], "conv_rate": [1.0], "trips": [1000], "note": ["caf\u00e9"]}, "to": "online_and_offline"}
            """));
        Assert.Equal((200, "null"), await SendAsync(
            server, "/materialize?mode=feast", isJson: false, """{"start_ts": "2025-03-01T00:00:00", "end_ts": "2025-03-02T00:00:00", "feature_views": ["driver_stats"]}"""));
        Assert.Equal((202, """{"status":"accepted","feature_views":["driver_stats"]}"""), await SendAsync(
            server, "/materialize-incremental?async=true&force=true&mode=feast", isJson: true, """{"end_ts": "2025-03-02T00:00:00", "feature_views": ["driver_stats"]}"""));
    }

    [Fact]
    public async Task An_error_is_what_the_client_makes_its_exception_of()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var (status, body) = await SendAsync(server, "/feast/default/get-online-features", isJson: false, """{"features": ["nope:x"], "entities": {"driver_id": [1]}}""");
        Assert.Equal(404, status);
        Assert.StartsWith("\"{\\\"module\\\":\\\"feast.errors\\\",\\\"class\\\":\\\"FeatureViewNotFoundException\\\",\\\"message\\\":\\\"", body, StringComparison.Ordinal);
        Assert.EndsWith("\\\"}\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_of_health_is_answered()
    {
        using var answer = await (await OnAsync(OnlineBackend.Embedded)).Client.GetAsync(new Uri("health", UriKind.Relative), Cancel);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    // The headers are those of python-requests, in its order.
    private static async Task<(int Status, string Body)> SendAsync(ServerProcess server, string path, bool isJson, string json, string? header = null)
    {
        var body = Encoding.ASCII.GetBytes(json.Trim());
        var head = new StringBuilder($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nUser-Agent: python-requests/2.32.3\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\n");
        if (header is not null)
            head.Append(header).Append("\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        if (isJson)
            head.Append("Content-Type: application/json\r\n");
        using var connection = new TcpClient();
        await connection.ConnectAsync("127.0.0.1", server.Port, Cancel);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), Cancel);
        await stream.WriteAsync(body, Cancel);
        return await ReadAsync(stream);
    }

    private static async Task<(int Status, string Body)> ReadAsync(Stream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        for (; ; )
        {
            var answer = text.ToString();
            var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end > 0)
            {
                var lines = answer[..end].Split("\r\n");
                var length = lines.Single(static line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))["Content-Length: ".Length..];
                if (answer.Length - end - 4 >= int.Parse(length, CultureInfo.InvariantCulture))
                    return (int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), answer[(end + 4)..]);
            }

            var read = await stream.ReadAsync(buffer, Cancel);
            Assert.NotEqual(0, read);
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }
}
