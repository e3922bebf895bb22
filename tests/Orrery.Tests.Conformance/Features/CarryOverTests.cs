using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance.Features;

/// <summary>What was pushed online only is there under a new version of its view, too.</summary>
public sealed class CarryOverTests(OnlineServers servers) : OnlineTest(servers)
{
    private const string First = """
        entities: [{ name: user, join_keys: [{ name: user_id, type: int64 }] }]
        sources: [{ name: clicks, type: push, created_column: created }]
        feature_views: [{ name: counted, entities: [user], source: clicks, features: [{ name: a, type: int64 }, { name: b, type: string }] }]
        """;

    [Theory]
    [InlineData(OnlineBackend.Embedded)]
    [InlineData(OnlineBackend.Redis)]
    public async Task Rows_pushed_online_only_are_carried_to_the_next_storage_version(OnlineBackend backend)
    {
        var (server, project) = (await OnAsync(backend), $"carry{NewId()}");
        Assert.Equal(200, (await ApplyAsync(server, project, First)).Status);
        await PushAsync(server, project, "online", 1, """ "a":[1],"b":["one"] """, "10:00");
        await PushAsync(server, project, "online_and_offline", 2, """ "a":[2],"b":["two"] """, "10:00");
        await PushAsync(server, project, "online", 3, """ "a":[3],"b":["old"] """, "10:00");

        var (status, text) = await ApplyAsync(server, project, First.Replace("{ name: a, type: int64 }, { name: b, type: string }", "{ name: b, type: string }, { name: c, type: float64 }, { name: a, type: int64 }", StringComparison.Ordinal));
        Assert.True(status == 200, text);
        // Newer than what is on its way: it stays.
        await PushAsync(server, project, "online", 3, """ "a":[4],"b":["new"],"c":[4.5] """, "11:00");

        await Eventually.HoldsAsync("rows are carried over", async () => await ReadAsync(server, project) is "[1,2,4] [\"one\",\"two\",\"new\"] [null,null,4.5]");
        // Once the history has the new feature, what it says of the same time counts.
        await PushAsync(server, project, "offline", 2, """ "a":[2],"b":["two"],"c":[2.5] """, "10:00");
        var run = await PostAsync(server, $"api/v1/features/projects/{project}/materialize", "{}");
        Assert.True(run.Status is 200 or 202, run.Body);
        await Eventually.HoldsAsync("the history is materialized", async () => await ReadAsync(server, project) is "[1,2,4] [\"one\",\"two\",\"new\"] [null,2.5,4.5]");
    }

    [Fact]
    public async Task What_cannot_be_carried_is_told_and_needs_leave()
    {
        var (server, project) = (await OnAsync(OnlineBackend.Embedded), $"carry{NewId()}");
        Assert.Equal(200, (await ApplyAsync(server, project, First)).Status);
        var other = First.Replace("type: int64 }] }]", "type: string }] }]", StringComparison.Ordinal);

        var (status, text) = await ApplyAsync(server, project, other);

        Assert.Equal((409, "features.breaking_change"), (status, JsonNode.Parse(text)!["code"]!.GetValue<string>()));
        Assert.Contains("rows pushed online only cannot be carried over, since the key changes", text, StringComparison.Ordinal);
        Assert.Equal(200, (await ApplyAsync(server, project, other, "?allow_breaking=true")).Status);
    }

    private static async Task<(int Status, string Body)> ApplyAsync(ServerProcess server, string project, string yaml, string query = "")
    {
        var (status, text, _) = await PostAsync(server, $"api/v1/features/projects/{project}/apply{query}", yaml, "application/yaml");
        return (status, text);
    }

    private static async Task PushAsync(ServerProcess server, string project, string to, int user, string columns, string at)
    {
        var (status, text, _) = await PostAsync(
            server, $"api/v1/features/projects/{project}/push",
            $$$"""{"source":"clicks","to":"{{{to}}}","df":{"user_id":[{{{user}}}],{{{columns}}},"created":["2025-03-01T12:00:00Z"],"event_timestamp":["2025-03-01T{{{at}}}:00Z"]}}""");
        Assert.True(status == 200, text);
    }

    private static async Task<string> ReadAsync(ServerProcess server, string project)
    {
        var read = await PostAsync(server, $"feast/{project}/get-online-features?mode=strict", """{"features":["counted:a","counted:b","counted:c"],"entities":{"user_id":[1,2,3]}}""");
        Assert.True(read.Status == 200, read.Body);
        var text = new StringBuilder();
        foreach (var column in JsonNode.Parse(read.Body)!["results"]!.AsArray().Skip(1))
            text.Append(column!["values"]!.ToJsonString()).Append(' ');
        return text.ToString().TrimEnd();
    }
}
