using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance.Features;

/// <summary>Requests and answers of Feast's API, byte for byte, as its Python client has them.</summary>
public sealed class FeastWireTests(OnlineServers servers) : OnlineTest(servers)
{
    [Fact]
    public async Task An_answer_is_columns_byte_for_byte()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var id = NewId();
        var (status, empty, pushed) = await PostAsync(server, "push?mode=feast", $$"""
            {"push_source_name":"driver_push","df":{"driver_id":[{{id}}],"conv_rate":[0.1],"trips":[7],"note":["a"],"event_timestamp":["2025-03-01T10:00:00"],"created":["2025-03-01T10:00:00"]},"to":"online","allow_registry_cache":true}
            """);
        Assert.Equal((200, "", 0L), (status, empty, pushed.Content.Headers.ContentLength));
        var missing = NewId();

        var answer = await PostAsync(
            server, "get-online-features", $$"""{"features": ["driver_stats:conv_rate", "driver_stats:trips"], "entities": {"ignored": ["?", "?"], "driver_id": [{{id}}, {{missing}}]}, "full_feature_names": true}""",
            "application/json", ("X-Feast-Compat", "true"));

        Assert.Equal(
            $$$"""{"results":[{"values":[{{{id}}},{{{missing}}}],"statuses":["PRESENT","PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z","1970-01-01T00:00:00Z"]},{"values":[0.10000000149011612,null],"statuses":["PRESENT","NOT_FOUND"],"event_timestamps":["2025-03-01T10:00:00Z","1970-01-01T00:00:00Z"]},{"values":[7,null],"statuses":["PRESENT","NOT_FOUND"],"event_timestamps":["2025-03-01T10:00:00Z","1970-01-01T00:00:00Z"]}],"metadata":{"feature_names":["driver_id","driver_stats__conv_rate","driver_stats__trips"]}}""",
            answer.Body);
        Assert.Equal("application/json", answer.Answer.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("""{"features":["nope:x"],"entities":{"driver_id":[1]}}""", 404, "FeatureViewNotFoundException")]
    [InlineData("""{"feature_service":"nope","entities":{"driver_id":[1]}}""", 404, "FeatureServiceNotFoundException")]
    [InlineData("""{"features":["rates:boosted"],"entities":{"driver_id":[1]}}""", 404, "RequestDataNotFoundInEntityRowsException")]
    [InlineData("""{"features":["driver_stats:trips","driver_stats:trips"],"entities":{"driver_id":[1]}}""", 500, "FeatureNameCollisionError")]
    [InlineData("""{"features":["driver_stats:nope"],"entities":{"driver_id":[1]}}""", 500, null)]
    [InlineData("""{"features":["driver_stats:trips"],"entities":{"customer_id":["1"]}}""", 500, null)]
    [InlineData("""{"features":["driver_stats:trips"],"entities":{"driver_id":["five"]}}""", 500, null)]
    [InlineData("""{"features":["pair_stats:rides"],"entities":{"driver_id":[1,2],"customer_id":["1"]}}""", 500, null)]
    [InlineData("""{"features":["dark:d"],"entities":{"driver_id":[1]}}""", 500, null)]
    [InlineData("""{"features":[],"entities":{"driver_id":[1]}}""", 500, null)]
    [InlineData("""{"features":["no reference"],"entities":{"driver_id":[1]}}""", 500, null)]
    public async Task Errors_are_JSON_in_a_JSON_text(string body, int expected, string? type)
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var (status, text, _) = await PostAsync(server, "get-online-features?mode=feast", body);
        Assert.True(expected == status, text);
        var inner = JsonNode.Parse(text)!.GetValue<string>();
        if (type is null)
        {
            Assert.False(inner.StartsWith('{'));
            Assert.NotEmpty(inner);
            return;
        }

        var error = JsonNode.Parse(inner)!.AsObject();
        Assert.Equal(["module", "class", "message"], error.Select(static pair => pair.Key));
        Assert.Equal(("feast.errors", type), (error["module"]!.GetValue<string>(), error["class"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("{}", "missing", "entities")]
    [InlineData("""{"entities":[]}""", "dict_type", "entities")]
    [InlineData("""{"entities":{"driver_id":5}}""", "list_type", "entities")]
    [InlineData("""{"entities":{},"features":"x"}""", "list_type", "features")]
    [InlineData("""{"entities":{},"full_feature_names":"maybe"}""", "bool_parsing", "full_feature_names")]
    [InlineData("""{"entities":{},"full_feature_names":null}""", "bool_type", "full_feature_names")]
    [InlineData("""{"entities":{},"features":[5]}""", "string_type", "features")]
    [InlineData("[]", "model_attributes_type", null)]
    [InlineData("{", "json_invalid", null)]
    [InlineData("", "json_invalid", null)]
    public async Task A_body_of_another_shape_is_told_as_FastAPI_does(string body, string type, string? member)
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var (status, text, _) = await PostAsync(server, "get-online-features?mode=feast", body);
        Assert.True(status == 422, text);
        var fault = Assert.Single(JsonNode.Parse(text)!["detail"]!.AsArray())!;
        Assert.Equal(type, fault["type"]!.GetValue<string>());
        Assert.Equal("body", fault["loc"]![0]!.GetValue<string>());
        if (member is not null)
            Assert.Equal(member, fault["loc"]![1]!.GetValue<string>());

        var strict = await PostAsync(server, "get-online-features", body);
        Assert.Equal((400, "features.body_invalid"), (strict.Status, JsonNode.Parse(strict.Body)!["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task All_faults_are_told_with_what_was_sent()
    {
        var (status, text, _) = await PostAsync(
            await OnAsync(OnlineBackend.Embedded), "feast/default/get-online-features", """{"entities":{"driver_id":5},"features":"x","full_feature_names":[2]}""");
        Assert.True(status == 422, text);
        Assert.Equal(["5", "\"x\"", "[2]"], JsonNode.Parse(text)!["detail"]!.AsArray().Select(static fault => fault!["input"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("push", """{"push_source_name":"world_push","df":{},"to":5}""", "string_type")]
    [InlineData("push", """{"push_source_name":"world_push","df":[]}""", "dict_type")]
    [InlineData("push", """{"df":{}}""", "missing")]
    [InlineData("write-to-online-store", """{"feature_view_name":5,"df":{}}""", "string_type")]
    [InlineData("materialize", """{"start_ts":"2025-01-01"}""", "missing")]
    [InlineData("materialize", """{"start_ts":"2025-01-01","end_ts":"2025-01-02","feature_views":"one"}""", "list_type")]
    [InlineData("materialize-incremental", "{}", "missing")]
    public async Task Other_bodies_of_another_shape_are_told_so_too(string path, string body, string type)
    {
        var (status, text, _) = await PostAsync(await OnAsync(OnlineBackend.Embedded), path + "?mode=feast", body);
        Assert.True(status == 422, text);
        Assert.Equal(type, Assert.Single(JsonNode.Parse(text)!["detail"]!.AsArray())!["type"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("\"yes\"")]
    [InlineData("\"ON\"")]
    [InlineData("1")]
    public async Task Booleans_are_taken_as_Feast_does_and_an_empty_service_is_none(string flag)
    {
        var (status, text, _) = await PostAsync(
            await OnAsync(OnlineBackend.Embedded), "get-online-features", $$$"""{"features":["one:a"],"feature_service":"","full_feature_names":{{{flag}}},"entities":{"driver_id":[1]}}""");
        Assert.True(status == 200, text);
        Assert.Equal("""["driver_id","one__a"]""", JsonNode.Parse(text)!["metadata"]!["feature_names"]!.ToJsonString());
    }

    [Fact]
    public async Task Health_is_told_below_a_project_and_vector_stores_are_not_offered()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        Assert.Equal("OK", await server.Client.GetStringAsync(new Uri("feast/default/health", UriKind.Relative), Cancel));
        foreach (var path in new[] { "search", "retrieve-online-documents" })
        {
            var feast = await PostAsync(server, "feast/default/" + path, "{}");
            Assert.Equal(501, feast.Status);
            Assert.Contains("Vector stores", JsonNode.Parse(feast.Body)!.GetValue<string>(), StringComparison.Ordinal);
            var strict = await PostAsync(server, path, "{}");
            Assert.Equal((501, "features.vectors_not_offered"), (strict.Status, JsonNode.Parse(strict.Body)!["code"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task JSON_counts_whatever_the_content_type_says()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        foreach (var type in new[] { "application/x-www-form-urlencoded", "text/plain", null })
            Assert.Equal(200, (await PostAsync(server, "get-online-features", """{"features":["one:a"],"entities":{"driver_id":[1]}}""", type)).Status);
    }

    [Fact]
    public async Task A_service_overrides_features_and_maps_its_keys()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var id = NewId();
        await WriteAsync(server, new(), "driver_stats", (Driver(id, trips: 9), TimeProvider.System.GetUtcNow(), null));
        var (_, text, _) = await PostAsync(
            server, "get-online-features", $$$"""{"features":["nope:x"],"feature_service":"mapped","full_feature_names":true,"entities":{"chauffeur_id":[{{{id}}}]}}""");
        var answer = JsonNode.Parse(text)!;
        Assert.Equal("""["chauffeur_id","chauffeur__trips"]""", answer["metadata"]!["feature_names"]!.ToJsonString());
        Assert.Equal("[9]", answer["results"]![1]!["values"]!.ToJsonString());
    }

    [Fact]
    public async Task On_demand_features_are_computed_of_stored_and_request_values()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var (id, old) = (NewId(), NewId());
        await WriteAsync(server, new(), "driver_stats", (Driver(id, trips: 4), TimeProvider.System.GetUtcNow(), null), (Driver(old, trips: 4), TimeProvider.System.GetUtcNow().AddDays(-3), null));
        var body = $$$"""{"features":["rates:boosted"],"entities":{"driver_id":[{{{id}}},{{{old}}},{{{id}}}],"boost":[2.5,1,null]}}""";
        var strict = JsonNode.Parse((await PostAsync(server, "get-online-features", body)).Body)!;
        Assert.Equal("""["driver_id","boosted"]""", strict["metadata"]!["feature_names"]!.ToJsonString());
        Assert.Equal("[10.0,null,null]", strict["results"]![1]!["values"]!.ToJsonString());
        Assert.Equal("""["PRESENT","NULL_VALUE","NULL_VALUE"]""", strict["results"]![1]!["statuses"]!.ToJsonString());
        var feast = JsonNode.Parse((await PostAsync(server, "get-online-features?mode=feast", body)).Body)!;
        Assert.Equal("[10.0,4.0,null]", feast["results"]![1]!["values"]!.ToJsonString());
    }

    [Fact]
    public async Task Every_type_comes_back_as_Feast_writes_it()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var key = "c" + NewId();
        var (status, text, _) = await PostAsync(server, "push", $$$"""
            {"push_source_name":"types_push","df":{"customer_id":"{{{key}}}","f_bool":[true],"f_int32":[-5],"f_float64":[3],"f_bytes":["AAEC/w=="],"f_time":["2025-03-01T10:00:00.5Z"],
             "f_uuid":["0f8fad5b-d9cb-469f-a165-70867728950e"],"f_decimal":["1.50"],"f_json":[{"a":[1]}],"f_list":[[1.5,null]],"f_texts":[["a","b"]],"event_timestamp":[1740823200]}}
            """);
        Assert.True(status == 200, text);
        string[] names = ["f_bool", "f_int32", "f_float64", "f_bytes", "f_time", "f_uuid", "f_decimal", "f_json", "f_list", "f_texts"];
        var body = new JsonObject { ["features"] = new JsonArray([.. names.Select(static n => (JsonNode)("everything:" + n))]), ["entities"] = new JsonObject { ["customer_id"] = new JsonArray(key) } };
        var answer = (await PostAsync(server, "get-online-features", body.ToJsonString())).Body;
        string[] expected = ["true", "-5", "3.0", "\"AAEC/w==\"", "1740823200", "\"0f8fad5b-d9cb-469f-a165-70867728950e\"", "\"1.50\"", "\"{\\\"a\\\":[1]}\"", "[1.5,null]", "[\"a\",\"b\"]"];
        foreach (var value in expected)
            Assert.Contains($$"""{"values":[{{value}}],"statuses":["PRESENT"],"event_timestamps":["2025-03-01T10:00:00Z"]}""", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_below_a_projects_path_and_unknown_projects_are_told()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        const string body = """{"features":["one:a"],"entities":{"driver_id":[1]}}""";
        Assert.Equal((await PostAsync(server, "get-online-features", body)).Body, (await PostAsync(server, "feast/default/get-online-features", body)).Body);
        var told = await PostAsync(server, "feast/nowhere/get-online-features", body);
        Assert.Equal(404, told.Status);
        Assert.Contains("ProjectObjectNotFoundException", JsonNode.Parse(told.Body)!.GetValue<string>(), StringComparison.Ordinal);
        var strict = await PostAsync(server, "feast/nowhere/get-online-features?mode=strict", body);
        Assert.Equal((404, "features.project_not_found"), (strict.Status, JsonNode.Parse(strict.Body)!["code"]!.GetValue<string>()));
        Assert.Equal(404, (await PostAsync(server, "feast/nowhere/get-online-features?mode=feast", body)).Status);
    }

    [Theory]
    [InlineData("""{"end_ts":"2025-01-01"}""", "start_ts")]
    [InlineData("""{"start_ts":"2025-01-02","end_ts":"2025-01-01"}""", "after")]
    [InlineData("""{"start_ts":"x","end_ts":"2025-01-01"}""", "start_ts")]
    [InlineData("""{"start_ts":"2025-01-01","end_ts":"2025-01-02","feature_views":["nope"]}""", "nope")]
    public async Task Materialize_says_what_is_wrong(string body, string part)
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var (status, text, _) = await PostAsync(server, "materialize", body);
        Assert.InRange(status, 400, 404);
        Assert.Contains(part, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_large_a_body_and_too_many_rows_are_refused()
    {
        var server = await OnAsync(OnlineBackend.Embedded);
        var large = await PostAsync(server, "get-online-features", "{\"entities\":{\"x\":[\"" + new string('1', 11 << 20) + "\"]}}");
        Assert.Equal((413, "features.body_too_large"), (large.Status, JsonNode.Parse(large.Body)!["code"]!.GetValue<string>()));
        var many = await PostAsync(server, "get-online-features", "{\"features\":[\"one:a\"],\"entities\":{\"driver_id\":[" + string.Join(',', Enumerable.Repeat("1", 10_001)) + "]}}");
        Assert.Equal((400, "features.too_many_rows"), (many.Status, JsonNode.Parse(many.Body)!["code"]!.GetValue<string>()));
    }
}
