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
    public async Task Views_of_one_source_may_declare_a_column_differently()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var id = NewId();
        var (status, text, _) = await PostAsync(server, "push", $$$"""{"push_source_name":"mixed_push","to":"online_and_offline","df":{"driver_id":[{{{id}}}],"customer_id":["m{{{id}}}"],"x":[5],"event_timestamp":["2025-03-01"]}}""");
        Assert.True((status, text) is (200, ""), text);
        Assert.Equal("[5]", await ValuesAsync(server, "mixed_number:x", $"\"driver_id\":[{id}]"));
        Assert.Equal("[\"5\"]", await ValuesAsync(server, "mixed_text:x", $"\"customer_id\":[\"m{id}\"]"));
    }

    [Fact]
    public async Task A_null_that_is_a_key_of_one_view_only_refuses_the_row_in_all()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var (good, bad) = (NewId(), NewId());
        var (status, text, _) = await PostAsync(server, Native, $$$"""{"source":"mixed_push","df":{"driver_id":[{{{bad}}},{{{good}}}],"customer_id":[null,"m{{{good}}}"],"x":[5,6],"event_timestamp":"2025-03-01"}}""");
        Assert.True(status == 207, text);
        Assert.Equal("customer_id", Assert.Single(JsonNode.Parse(text)!["errors"]!.AsArray())!["column"]!.GetValue<string>());
        Assert.Equal("[null,6]", await ValuesAsync(server, "mixed_number:x", $"\"driver_id\":[{bad},{good}]"));
    }

    [Theory]
    [InlineData("""{"push_source_name":"driver_push","df":{"driver_id":[1],"conv_rate":[1],"trips":[1],"note":["\ud800"],"event_timestamp":["2025-03-01"]}}""")]
    [InlineData("""{"push_source_name":"driver_push","df":{"\udc00\ud800":[1]}}""")]
    [InlineData("""{"push_source_name":"\ud800","df":{}}""")]
    public async Task Half_a_surrogate_is_no_text(string body)
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        foreach (var path in new[] { "push", "write-to-online-store", "materialize", "get-online-features" })
        {
            var strict = await PostAsync(server, path, body);
            Assert.Equal((400, "features.body_not_text"), (strict.Status, JsonNode.Parse(strict.Body)!["code"]!.GetValue<string>()));
            var feast = await PostAsync(server, path + "?mode=feast", body);
            Assert.Equal((422, "json_invalid"), (feast.Status, JsonNode.Parse(feast.Body)!["detail"]![0]!["type"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task A_whole_surrogate_pair_is_text_and_bytes_that_are_no_UTF8_are_not()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        Assert.Equal(200, (await PostAsync(server, "get-online-features", """{"features":["one:a"],"entities":{"driver_id":[1],"x":["\ud83d\ude00"]}}""")).Status);
        using var content = new ByteArrayContent([.. """{"features":["one:a"],"entities":{"driver_id":[1],"x":["""u8, (byte)'"', 0xff, .. "\"]}}"u8]);
        using var answer = await server.Client.PostAsync(new Uri("get-online-features", UriKind.Relative), content, Cancel);
        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Times_far_in_the_future_are_refused()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var id = NewId();
        string Body(string name, string time, string created) => $$$"""{"{{{name}}}":"driver_push","df":{"driver_id":[{{{id}}},{{{id}}}],"conv_rate":[1,2],"trips":[1,2],"note":["a","b"],"event_timestamp":["2025-03-01","{{{time}}}"],"created":["2025-03-01","{{{created}}}"]}}""";
        foreach (var (time, created, column) in new[] { ("2099-01-01", "2025-03-01", "event_timestamp"), ("2025-03-02", "2099-01-01", "created") })
        {
            var strict = await PostAsync(server, Native, Body("source", time, created));
            Assert.True(strict.Status == 207, strict.Body);
            Assert.Equal(column, Assert.Single(JsonNode.Parse(strict.Body)!["errors"]!.AsArray())!["column"]!.GetValue<string>());
            var feast = await PostAsync(server, "push?mode=feast", Body("push_source_name", time, created));
            Assert.Equal(500, feast.Status);
            Assert.Contains("future", JsonNode.Parse(feast.Body)!.GetValue<string>(), StringComparison.Ordinal);
        }

        Assert.Equal("[1]", await ValuesAsync(server, "driver_stats:trips", $"\"driver_id\":[{id}]"));
    }

    [Fact]
    public async Task As_Feast_NaN_is_no_value_in_columns_that_are_no_numbers_too()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var id = NewId();
        string Body(string name) => $$$"""{"{{{name}}}":"driver_push","df":{"driver_id":[{{{id}}},{{{id + 1}}}],"conv_rate":[1,1],"trips":[NaN,4],"note":[NaN,"NaN"],"event_timestamp":"2025-03-01","created":[NaN,NaN]}}""";
        NewId();
        var taken = await PostAsync(server, "push?mode=feast", Body("push_source_name"));
        Assert.True(taken.Status == 200, taken.Body);
        Assert.Equal("[null,4]", await ValuesAsync(server, "driver_stats:trips", $"\"driver_id\":[{id},{id + 1}]"));
        Assert.Equal("[null,\"NaN\"]", await ValuesAsync(server, "driver_stats:note", $"\"driver_id\":[{id},{id + 1}]"));
        Assert.Equal(400, (await PostAsync(server, Native, Body("source"))).Status);
    }

    private static async Task<string> ValuesAsync(ServerProcess server, string feature, string entities)
    {
        var (_, text, _) = await PostAsync(server, "get-online-features?mode=feast", $$$"""{"features":["{{{feature}}}"],"entities":{{{{entities}}}}}""");
        return JsonNode.Parse(text)!["results"]![1]!["values"]!.ToJsonString();
    }

    [Fact]
    public async Task Feasts_error_for_an_unknown_source()
    {
        var (status, text, _) = await PostAsync(await OnAsync(OnlineBackend.Embedded), "push?mode=feast", """{"push_source_name":"nope","df":{}}""");
        Assert.Equal(422, status);
        Assert.Equal("PushSourceNotFoundException", JsonNode.Parse(JsonNode.Parse(text)!.GetValue<string>())!["class"]!.GetValue<string>());
    }
}
