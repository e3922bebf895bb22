using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance.Features;

/// <summary>What bodies and queries of our own feature API have that nobody reads is refused; Feast's paths take it, as Feast does.</summary>
public sealed class StrictBodyTests(OnlineServers servers) : OnlineTest(servers)
{
    private const string Root = "api/v1/features/projects/default/";

    [Theory]
    [InlineData("materialize", """{"views":["one"],"rebiuld":true}""", "rebiuld", "rebuild")]
    [InlineData("materialize", """{"Views":["one"]}""", "Views", "views")]
    [InlineData("erase", """{"entity":{"driver_id":"1"},"delete_trainning_sets":true}""", "delete_trainning_sets", "delete_training_sets")]
    [InlineData("import-redis", """{"feast_projekt":"x"}""", "feast_projekt", "feast_project")]
    [InlineData("push", """{"source":"shared_push","row":[]}""", "row", "rows")]
    [InlineData("historical", """{"features":["one:a"],"entity_df":{"driver_id":[1],"event_timestamp":["2025-03-01"]},"knwon_at":true}""", "knwon_at", "known_at")]
    [InlineData("training-sets", """{"name":"x","features":["one:a"],"entity_df":[{"driver_id":1,"event_timestamp":"2025-03-01"}],"feature_servise":"y"}""", "feature_servise", "feature_service")]
    [InlineData("training-sets/reproduce", """{"manifest":{},"entities_base46":""}""", "entities_base46", "entities_base64")]
    public async Task A_misspelt_member_is_named_with_the_nearest_known_one(string path, string body, string member, string near)
    {
        var (status, text, answer) = await PostAsync(await OnAsync(OnlineBackend.Embedded), Root + path, body);
        Assert.True(status == 400, text);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal("features.body_invalid", problem["code"]!.GetValue<string>());
        Assert.Equal($"'{member}' is not known; did you mean '{near}'?", problem["detail"]!.GetValue<string>());
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("materialize", """{"zzzzzzzz":1}""", "features.body_invalid", "known are views, from, to, rebuild, force")]
    [InlineData("materialize", """{"views":"one"}""", "features.body_invalid", "'views' has a value of another type")]
    [InlineData("materialize", """{"views":[null]}""", "features.body_invalid", "'views[0]' is null")]
    [InlineData("materialize", """{"views":["one"],"views":["two"]}""", "features.body_invalid", "views")]
    [InlineData("materialize", """["one"]""", "features.body_invalid", "must be a JSON object")]
    [InlineData("materialize", "{", "features.body_invalid", "not JSON")]
    [InlineData("materialize", "", "features.body_invalid", "not JSON")]
    [InlineData("erase", """{"reason":"\ud800"}""", "features.body_not_text", "surrogate")]
    [InlineData("apply?expected_revison=1", "{}", "features.query_invalid", "did you mean 'expected_revision'?")]
    [InlineData("plan?partail=true", "{}", "features.query_invalid", "did you mean 'partial'?")]
    [InlineData("rollback?revision=1&alow_breaking=true", "", "features.query_invalid", "did you mean 'allow_breaking'?")]
    [InlineData("apply", """{"expected_revison":1}""", "features.json_invalid", "expected_revison")]
    public async Task What_else_is_wrong_with_a_body_or_a_query_is_told(string path, string body, string code, string part)
    {
        var (status, text, _) = await PostAsync(await OnAsync(OnlineBackend.Embedded), Root + path, body);
        Assert.True(status == 400, text);
        Assert.Equal(code, JsonNode.Parse(text)!["code"]!.GetValue<string>());
        Assert.Contains(part, JsonNode.Parse(text)!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get-online-features", """{"features":["one:a"],"entities":{"driver_id":[1]},"include_feature_view_version_metadata":false,"other":1}""")]
    [InlineData("materialize", """{"start_ts":"2025-03-01","end_ts":"2025-03-02","feature_views":[],"other":1}""")]
    [InlineData("write-to-online-store", """{"feature_view_name":"one","df":{"driver_id":[1],"a":[1],"event_timestamp":["2025-03-01"]},"transform_on_write":true,"other":1}""")]
    [InlineData("get-historical-features", """{"features":["one:a"],"entity_df":{"driver_id":[1],"event_timestamp":["2025-03-01"]},"other":1}""")]
    [InlineData(Root + "plan?allow_breaking=true&note=x&partial=true", "{}")]
    [InlineData(Root + "push", """{"push_source_name":"shared_push","df":{"driver_id":[1],"a":[1],"b":[1],"d":[1],"event_timestamp":["2025-03-01"]},"allow_registry_cache":true,"transform_on_write":true}""")]
    public async Task What_Feast_has_and_options_of_changes_are_taken(string path, string body)
    {
        var (status, text, _) = await PostAsync(await OnAsync(OnlineBackend.Embedded), path, body);
        Assert.True(status == 200, text);
    }
}
