using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance.Features;

/// <summary>Push, as Feast's and as our own.</summary>
public sealed class PushTests(OnlineServers servers) : OnlineTest(servers)
{
    private const string Native = "api/v1/features/projects/default/push";

    [Theory]
    [InlineData(OnlineBackend.Embedded)]
    [InlineData(OnlineBackend.Redis)]
    public async Task One_push_feeds_every_view_of_its_source(OnlineBackend backend)
    {
        var server = await OnAsync(backend);
        var id = NewId();
        var (status, text, _) = await PostAsync(server, "push", $$$"""{"push_source_name":"shared_push","df":{"driver_id":[{{{id}}}],"a":[5],"b":[2.5],"d":[1],"extra":["x"],"event_timestamp":"2025-03-01T10:00:00+02:00"},"to":"online_and_offline"}""");
        Assert.True((status, text) is (200, ""), text);
        var read = await PostAsync(server, "get-online-features", $$$"""{"features":["one:a","two:b"],"entities":{"driver_id":[{{{id}}}]}}""");
        var results = JsonNode.Parse(read.Body)!["results"]!;
        Assert.Equal("[5]", results[1]!["values"]!.ToJsonString());
        Assert.Equal("[2.5]", results[2]!["values"]!.ToJsonString());
        Assert.Equal("""["2025-03-01T08:00:00Z"]""", results[2]!["event_timestamps"]!.ToJsonString());
    }

    [Fact]
    public async Task Bad_rows_are_told_one_by_one_and_good_ones_are_taken()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var id = NewId();
        var (status, text, _) = await PostAsync(server, Native, $$$"""
            {"source":"driver_push","rows":[
              {"driver_id":{{{id}}},"conv_rate":0.5,"trips":1,"note":"a","event_timestamp":"2025-03-01T10:00:00Z"},
              {"driver_id":null,"conv_rate":0.5,"trips":1,"note":"a","event_timestamp":"2025-03-01T10:00:00Z"},
              {"driver_id":{{{id}}},"conv_rate":NaN,"trips":1,"note":"a","event_timestamp":"2025-03-01T10:00:00Z"},
              {"driver_id":{{{id}}},"conv_rate":0.5,"trips":1.5,"note":"a","event_timestamp":"2025-03-01T10:00:00Z"},
              {"driver_id":{{{id}}},"conv_rate":0.5,"trips":1,"note":"a"}]}
            """);
        Assert.True(status == 207, text);
        var answer = JsonNode.Parse(text)!;
        Assert.Equal((5, 1), (answer["rows"]!.GetValue<int>(), answer["accepted"]!.GetValue<int>()));
        Assert.Equal(["1 driver_id", "2 conv_rate", "3 trips", "4 event_timestamp"], answer["errors"]!.AsArray().Select(static e => $"{e!["row"]} {e["column"]}"));
    }

    [Fact]
    public async Task As_Feast_a_bad_row_refuses_the_whole_push_and_NaN_is_no_value()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var (good, bad) = (NewId(), NewId());
        var refused = await PostAsync(server, "push?mode=feast", $$$"""{"push_source_name":"driver_push","df":{"driver_id":[{{{bad}}},{{{bad}}}],"conv_rate":[0.5,0.5],"trips":[1,"x"],"note":["a","a"],"event_timestamp":["2025-03-01","2025-03-01"]}}""");
        Assert.Equal(500, refused.Status);
        Assert.Contains("trips", JsonNode.Parse(refused.Body)!.GetValue<string>(), StringComparison.Ordinal);
        var taken = await PostAsync(server, "push?mode=feast", $$$"""{"push_source_name":"driver_push","df":{"driver_id":[{{{good}}}],"conv_rate":[NaN],"trips":[1],"note":["a"],"event_timestamp":["2025-03-01"]}}""");
        Assert.True(taken.Status == 200, taken.Body);
        var read = JsonNode.Parse((await PostAsync(server, "get-online-features?mode=feast", $$$"""{"features":["driver_stats:conv_rate"],"entities":{"driver_id":[{{{good}}},{{{bad}}}]}}""")).Body)!;
        Assert.Equal("""["PRESENT","NOT_FOUND"]""", read["results"]![1]!["statuses"]!.ToJsonString());
        Assert.Equal("[null,null]", read["results"]![1]!["values"]!.ToJsonString());
    }

    [Theory]
    [InlineData("online")]
    [InlineData("offline")]
    [InlineData("online_and_offline")]
    public async Task A_key_makes_a_push_repeatable(string to)
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var id = NewId();
        var key = ("Idempotency-Key", $"push-{id}-{to}");
        string Body(int a) => $$$"""{"source":"shared_push","to":"{{{to}}}","df":{"driver_id":[{{{id}}},{{{id}}}],"a":[{{{a}}},1],"b":[1,1],"d":[1,1],"event_timestamp":["2025-03-01","x"]}}""";
        var first = await PostAsync(server, Native, Body(1), "application/json", key);
        var again = await PostAsync(server, Native, Body(1), "application/json", key);
        Assert.True(first.Status == 207, first.Body);
        Assert.Equal((first.Status, first.Body), (again.Status, again.Body));
        var other = await PostAsync(server, Native, Body(2), "application/json", key);
        Assert.Equal((422, "features.idempotency_key_reused"), (other.Status, JsonNode.Parse(other.Body)!["code"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("""{"df":{}}""", 400, "features.body_invalid")]
    [InlineData("""{"push_source_name":"nope","df":{}}""", 404, "features.push_source_not_found")]
    [InlineData("""{"push_source_name":"world_push","df":{"rate":[1,2],"event_timestamp":["2025-01-01"]}}""", 400, "features.push_ragged")]
    [InlineData("""{"push_source_name":"world_push","df":{"event_timestamp":["2025-01-01"]}}""", 400, "features.push_column_missing")]
    [InlineData("""{"push_source_name":"world_push","to":"moon","df":{"rate":[1],"event_timestamp":["2025-01-01"]}}""", 400, "features.push_target_invalid")]
    [InlineData("""{"push_source_name":"world_push","df":{"rate":["x"],"event_timestamp":["2025-01-01"]}}""", 400, "features.push_rows_invalid")]
    [InlineData("""{"push_source_name":"world_push","df":{"rate":[Infinity],"event_timestamp":["2025-01-01"]}}""", 400, "features.push_rows_invalid")]
    [InlineData("""{"push_source_name":"x'; drop table fts_pushed; --","df":{}}""", 404, "features.push_source_not_found")]
    public async Task What_is_wrong_is_told(string body, int expected, string code)
    {
        var (status, text, _) = await PostAsync(await OnAsync(OnlineBackend.Embedded), "push", body);
        Assert.Equal((expected, code), (status, JsonNode.Parse(text)!["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Feasts_error_for_an_unknown_source()
    {
        var (status, text, _) = await PostAsync(await OnAsync(OnlineBackend.Embedded), "push?mode=feast", """{"push_source_name":"nope","df":{}}""");
        Assert.Equal(422, status);
        Assert.Equal("PushSourceNotFoundException", JsonNode.Parse(JsonNode.Parse(text)!.GetValue<string>())!["class"]!.GetValue<string>());
    }
}
