using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance.Features;

/// <summary>Calls of Feast's API, and comparisons with the oracle.</summary>
public abstract class OnlineTest(OnlineServers servers)
{
    private static int _ids = 1_000_000;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A number that no other test has.</summary>
    protected static int NewId() => Interlocked.Increment(ref _ids);

    protected Task<ServerProcess> OnAsync(OnlineBackend backend) => servers.OnAsync(backend);

    protected static async Task<(int Status, string Body, HttpResponseMessage Answer)> PostAsync(
        ServerProcess server, string path, string body, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = contentType is null ? null : new MediaTypeHeaderValue(contentType);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        var answer = await server.Client.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), answer);
    }

    /// <summary>Writes rows of a view, and tells the oracle.</summary>
    protected static async Task WriteAsync(ServerProcess server, OnlineOracle oracle, string view, params (JsonObject Row, DateTimeOffset At, DateTimeOffset? Created)[] rows)
    {
        var frame = new JsonObject();
        foreach (var name in rows.SelectMany(static row => row.Row.Select(static pair => pair.Key)).Distinct())
            frame[name] = new JsonArray([.. rows.Select(row => row.Row[name]?.DeepClone())]);
        frame["event_timestamp"] = new JsonArray([.. rows.Select(static row => (JsonNode)row.At.UtcDateTime.ToString("O"))]);
        if (rows.Any(static row => row.Created is not null))
            frame["created"] = new JsonArray([.. rows.Select(static row => (JsonNode?)row.Created?.UtcDateTime.ToString("O"))]);
        var body = new JsonObject { ["feature_view_name"] = view, ["df"] = frame };
        var (status, text, _) = await PostAsync(server, "write-to-online-store", body.ToJsonString());
        Assert.True(status == 200, text);
        Assert.Equal("null", text);
        foreach (var (row, at, created) in rows)
            oracle.Write(view, row, at, created ?? DateTimeOffset.MinValue);
    }

    /// <summary>Reads and compares with the oracle, strictly and as Feast does.</summary>
    protected static async Task CompareAsync(ServerProcess server, OnlineOracle oracle, JsonObject entities, string[] features, (TimeSpan? Ttl, bool Asked) ttl = default)
    {
        foreach (var strict in new[] { true, false })
        {
            var body = new JsonObject { ["features"] = new JsonArray([.. features.Select(static one => (JsonNode)one)]), ["entities"] = entities.DeepClone() };
            if (ttl.Asked)
                body["ttl"] = ttl.Ttl is { } seconds ? seconds.TotalSeconds : "none";
            var (status, text, _) = await PostAsync(server, $"get-online-features?mode={(strict ? "strict" : "feast")}", body.ToJsonString());
            Assert.True(status == 200, text);
            var answer = JsonNode.Parse(text)!;
            var names = answer["metadata"]!["feature_names"]!.AsArray().Select(static one => one!.GetValue<string>()).ToList();
            var rows = entities.First().Value!.AsArray().Count;
            foreach (var feature in features)
            {
                var (view, field) = (feature.Split(':')[0], feature.Split(':')[1]);
                var column = answer["results"]![names.IndexOf(field)]!;
                for (var row = 0; row < rows; row++)
                {
                    var at = row;
                    var (value, told, time) = oracle.Read(view, field, name => entities[name]![at], strict, TimeProvider.System.GetUtcNow(), ttl.Ttl, ttl.Asked);
                    var place = $"{feature}, row {row}, {(strict ? "strict" : "feast")}: {text}";
                    Assert.True(JsonNode.DeepEquals(value, column["values"]![row]), place);
                    Assert.True(told == column["statuses"]![row]!.GetValue<string>(), place);
                    Assert.True(time == column["event_timestamps"]![row]!.GetValue<string>(), place);
                }
            }
        }
    }

    protected static JsonObject Driver(long id, double? rate = 0.5, long? trips = 3, string? note = "x") =>
        new() { ["driver_id"] = id, ["conv_rate"] = rate, ["trips"] = trips, ["note"] = note };
}
