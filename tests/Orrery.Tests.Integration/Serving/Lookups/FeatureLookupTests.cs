using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Orrery.Client;
using Orrery.Inference;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Requests that give entity keys are completed from the online store, over every protocol, to the last bit.</summary>
public sealed class FeatureLookupTests(LookupServer lookups) : IClassFixture<LookupServer>
{
    private readonly LookupStory _story = lookups.Story;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("echo")]
    [InlineData("exact")]
    public async Task What_is_looked_up_is_what_is_given_by_hand_to_the_last_bit(string model)
    {
        // As they stand in the tables; computed as the on-demand view does.
        (long Tenure, double Charges, float Share, bool Vip, int Visits)[] facts = [(7, 0.1, 0.3f, true, 12), (16777217, 123456.789, 0.7f, false, 0), (3, 1e-9, 0.1f, false, 1)];
        var rows = facts.Select(one => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"visits\": {one.Visits}, \"vip\": {(one.Vip ? "true" : "false")}, \"share\": {(double)one.Share:R}, \"per_month\": {one.Charges / one.Tenure:R}, \"charges\": {one.Charges:R}, \"tenure\": {one.Tenure}}}")).ToList();
        int[] order = [2, 0, 1, 0];

        var byHand = await _story.PredictAsync(model, $$"""{"instances": [{{string.Join(", ", order.Select(row => rows[row]))}}]}""");
        var keys = order.Select(static row => $"{{\"customer_id\": {row + 1}}}");
        var byKey = await _story.PredictAsync(model, $$"""{"instances": [{{string.Join(", ", keys)}}]}""");
        var texts = string.Join(", ", order.Select(static row => $"\"{row + 1}\""));
        var byText = await _story.PredictAsync(model, $$"""{"inputs": {"customer_id": [{{texts}}] } }""");
        var binary = await InferAsync(model, """{"name": "customer_id", "shape": [4], "datatype": "INT64", "data": [3, 1, 2, 1]}""");

        Assert.Equal(byHand, byKey);
        Assert.Equal(byHand, byText);
        Assert.Equal(JsonNode.Parse(byHand)!.AsArray().SelectMany(static row => row!.AsArray()).Select(static value => value!.ToJsonString()), binary);
        Assert.Equal(order.Length * LookupServer.Columns.Length, binary.Count);
    }

    [Fact]
    public async Task What_is_given_wins_and_is_enough()
    {
        Assert.Equal("[[1,0.1,2,0.3,1,12]]", await _story.PredictAsync("exact", """{"instances": [{"per_month": 2, "customer_id": 1, "tenure": 1, "share": 0.3}]}"""));
        // Customer 9 is nowhere, and nothing is asked of the store.
        Assert.Equal("[[1,2,3,4,5,6]]", await _story.PredictAsync("exact", """{"instances": [{"customer_id": 9, "tenure": 1, "charges": 2, "per_month": 3, "share": 4, "vip": 5, "visits": 6}]}"""));
        Assert.Equal("[[1,2,3,4,5,6]]", await _story.PredictAsync("exact", """{"instances": [[1, 2, 3, 4, 5, 6]]}"""));
        Assert.Equal("[]", await _story.PredictAsync("exact", """{"instances": []}"""));
        // The second row knows more than the first.
        Assert.Equal("[[7,0.1,0.5,0.25,1,12],[3,5,0.5,0.25,0,1]]", await _story.PredictAsync("exact", """
            {"instances": [{"customer_id": 1, "per_month": 0.5, "share": 0.25}, {"per_month": 0.5, "share": 0.25, "customer_id": "3", "charges": 5}]}
            """));
    }

    [Fact]
    public async Task Texts_whole_numbers_and_request_data_fill_inputs_by_column()
    {
        Assert.Equal("""[{"plan_out":"gold","tenure_out":[7],"ratio_out":[25]},{"plan_out":"none","tenure_out":[16777217],"ratio_out":[0.5]}]""", await _story.PredictAsync(
            "columns", """{"instances": [{"customer_id": 1, "amount": 2.5}, {"customer_id": 2, "ratio": 0.5, "plan": "none"}]}"""));
        Assert.Equal(["gold", "basic", "7", "16777217", "25", "0.5"], (await InferAsync("columns", """
            {"name": "customer_id", "shape": [2, 1], "datatype": "BYTES", "data": ["1", "2"]}, {"name": "amount", "shape": [2], "datatype": "FP64", "data": [2.5, 61728.3945]}
            """)).Select(static value => value.Trim('"')));
    }

    [Fact]
    public async Task Grpc_takes_keys_too()
    {
        var request = new ModelInferRequest { ModelName = "exact" };
        request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "customer_id", Datatype = "INT64", Shape = { 2 }, Contents = new() { Int64Contents = { 1, 3 } } });
        request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "per_month", Datatype = "FP32", Shape = { 2, 1 }, Contents = new() { Fp32Contents = { 0.5f, 0.25f } } });
        var (answer, message) = await CallAsync("ModelInfer", request);
        Assert.Equal(["0"], answer.TrailingHeaders.GetValues("grpc-status"));
        var given = ModelInferResponse.Parser.ParseFrom(message).Outputs.Single();
        Assert.Equal([7, 0.1, 0.5, 0.3f, 1, 12, 3, 1e-9, 0.25, 0.1f, 0, 1], given.Contents.Fp64Contents);

        request.Inputs[0].Contents.Int64Contents[1] = 5;
        (answer, _) = await CallAsync("ModelInfer", request);
        Assert.Equal("3", answer.Headers.TryGetValues("grpc-status", out var status) ? status.Single() : answer.TrailingHeaders.GetValues("grpc-status").Single());

        (_, message) = await CallAsync("ModelMetadata", new ModelMetadataRequest { Name = "exact" });
        Assert.Contains("\"customer_id\"", ModelMetadataResponse.Parser.ParseFrom(message).Properties["features"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_is_told_by_row_entity_column_and_feature()
    {
        Assert.Equal(
            (400, "Instance 1 has no 'tenure' (feature account:tenure), 'charges' (feature account:charges), 'vip' (feature account:vip) for customer_id=77: the online store has no row of account@v1 for it. "
                + "Instance 1 has no 'per_month' (feature spending:per_month) for customer_id=77: it is computed, also of amount of the request, and came out null. "
                + "Instance 1 has no 'share' (feature traffic:share), 'visits' (feature traffic:visits) for customer_id=77: the online store has no row of traffic@v1 for it."),
            await _story.RefuseAsync("echo", """{"instances": [{"customer_id": 1}, {"customer_id": 77}]}"""));
        Assert.Equal(
            (400, "Instance 0 has no 'charges' (feature account:charges) for customer_id=4: it is null in the online store."),
            await _story.RefuseAsync("echo", """{"instances": [{"customer_id": 4, "per_month": 1}]}"""));
        Assert.Equal(
            (400, "Instance 1 has no 'visits' (feature traffic:visits): the request gives no customer_id to look it up by."),
            await _story.RefuseAsync("echo", """{"instances": [{"customer_id": 1}, {"tenure": 1, "charges": 2, "per_month": 3, "share": 4, "vip": 5}]}"""));
        Assert.Equal(
            (400, "Features were not looked up: Entity row 0 has \"x\" as customer_id, which is int64."),
            await _story.RefuseAsync("echo", """{"instances": [{"customer_id": "x"}]}"""));
        var (status, error) = await _story.RefuseAsync("echo", """{"instances": [{"customer": 1}]}""");
        Assert.Equal(400, status);
        Assert.StartsWith("Instance 0 has 'customer', which neither the model nor its features take; the model takes tenure, charges,", error, StringComparison.Ordinal);
        var (_, answer) = await _story.Server.AskAsync("/v2/models/echo/infer", """{"inputs": [{"name": "customer", "shape": [1], "datatype": "INT64", "data": [1]}]}""");
        Assert.Contains("has the shape [1]", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_may_take_what_is_missing_for_nan_or_name_a_ttl()
    {
        await _story.Server.DeployAsync("staging", "lenient", LookupStory.Spec("echo", """{"missing": "null"}"""));
        await _story.Server.DeployAsync("staging", "fresh", LookupStory.Spec("echo", """{"ttl_seconds": 60}"""));
        var (status, answer) = await _story.Server.AskAsync("/staging/v1/models/lenient:predict", """{"instances": [{"customer_id": 4, "share": 2}, {"customer_id": 77}]}""");
        Assert.Equal((200, """{"predictions":[[5,null,null,2,1,1],[null,null,null,null,null,null]]}"""), (status, answer));

        (status, answer) = await _story.Server.AskAsync("/staging/v1/models/fresh:predict", """{"instances": [{"customer_id": 1}]}""");
        Assert.Equal(400, status);
        Assert.Contains("the row of account@v1 in the online store is older than its ttl", answer, StringComparison.Ordinal);

        var page = await lookups.Process.Client.GetStringAsync("/metrics", Cancel);
        Assert.Contains("model_feature_lookup_seconds_count{deployment=\"fresh\"", page, StringComparison.Ordinal);
        Assert.Matches("model_feature_lookup_misses_total\\{[^}]*deployment=\"lenient\"[^}]*reason=\"null\"[^}]*\\} 3\n", page);
        Assert.Matches("model_feature_lookup_misses_total\\{[^}]*deployment=\"fresh\"[^}]*reason=\"expired\"", page);
    }

    [Fact]
    public async Task The_log_says_where_inputs_came_from_and_whom_they_are_about()
    {
        await _story.PredictAsync("echo", """{"instances": [{"customer_id": 1, "vip": 0}, {"customer_id": 2}]}""");
        JsonArray rows = [];
        await Eventually.HoldsAsync("the log has it", async () =>
            (rows = (await lookups.Process.Client.GetFromJsonAsync<JsonNode>("/api/v1/deployments/production/echo/predictions?limit=1000", Cancel))!["predictions"]?.AsArray() ?? [])
                .Any(static row => (string?)row!["entity"] == "customer_id=2" && row["inputs"]?["vip"]?.ToJsonString() == "0" && row["row"] is { } at && (int)at == 1));
        var first = rows.First(static row => (string?)row!["entity"] == "customer_id=1" && (row["row"] is null || (int)row["row"]! == 0) && row["inputs"]!["vip"]!.ToJsonString() == "0")!;
        Assert.Equal(12, (int)first["inputs"]!["visits"]!);
        Assert.Equal(
            """{"project":"shop","service":"shopper","views":[{"view":"account@v1","event_time":1767225600000,"columns":["tenure","charges"]},{"view":"traffic@v1","event_time":1767312000000,"columns":["share","visits"]},{"view":"spending@v1","columns":["per_month"]}]}""",
            first["features"]!.ToJsonString());
    }

    [Fact]
    public async Task Metadata_and_the_document_of_the_model_tell_of_keys()
    {
        var metadata = await lookups.Process.Client.GetFromJsonAsync<JsonNode>("/v2/models/echo", Cancel);
        Assert.Equal(
            """{"project":"shop","service":"shopper","inputs":[{"name":"customer_id","datatype":"INT64","shape":[-1],"key":true},{"name":"amount","datatype":"FP64","shape":[-1],"key":false}],"columns":[{"name":"tenure","feature":"account:tenure"},{"name":"charges","feature":"account:charges"},{"name":"per_month","feature":"spending:per_month"},{"name":"share","feature":"traffic:share"},{"name":"vip","feature":"account:vip"},{"name":"visits","feature":"traffic:visits"}]}""",
            metadata!["features"]!.ToJsonString());
        var document = await lookups.Process.Client.GetStringAsync("/v2/models/echo/openapi.json", Cancel);
        Assert.Contains("Columns that are not given are looked up by customer_id.", document, StringComparison.Ordinal);
        Assert.Contains("A value for each row; columns that are not given are looked up by customer_id.", document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_and_a_version_know_how_they_fare_in_production()
    {
        await _story.PredictAsync("columns", """{"instances": [{"customer_id": 1, "amount": 2.5}]}""");
        await _story.RefuseAsync("columns", """{"instances": [{"customer_id": 99}]}""");
        using var client = new OrreryClient(lookups.Process.BaseAddress);

        var live = await client.Deployments.LiveVersionAsync("columns", "1", Cancel);
        var served = Assert.Single(live.Served);
        Assert.Equal(("production", "columns", "stable", 1.0, 0.0), (served.Environment, served.Deployment, served.Variant, served.Share, served.Live!.ErrorRate));
        Assert.True(served.Live.Requests >= 2 && served.Live.P50Ms > 0 && served.Live.P99Ms >= served.Live.P50Ms);
        Assert.Equal(live.Served.Count, (await client.Deployments.LiveRunAsync(_story.Runs["columns"], Cancel)).Served.Count);
        Assert.Empty((await client.Deployments.LiveRunAsync("nobody", Cancel)).Versions);
    }

    [Fact]
    public async Task Without_a_training_set_a_service_may_be_named_with_the_columns()
    {
        await _story.Server.RegisterOnnxAsync("plain", OnnxModels.Identity(1, -1, 2));
        await _story.Server.DeployAsync("production", "plain", LookupStory.Spec("plain"));
        var (status, error) = await _story.RefuseAsync("plain", """{"instances": [{"customer_id": 1}]}""");
        Assert.Equal(400, status);
        Assert.EndsWith(
            "Features are not looked up: version 1 of plain comes from no run that names a training set of the feature store as its data, and the deployment names no feature service (features: {project, service}).",
            error, StringComparison.Ordinal);

        await _story.Server.DeployAsync("production", "plain", LookupStory.Spec("plain", """{"project": "shop", "service": "person", "columns": ["age", "tenure"]}"""));
        Assert.Equal("[[30,7]]", await _story.PredictAsync("plain", """{"instances": [{"customer_id": 1}]}"""));
        Assert.Equal("[[1,2]]", await _story.PredictAsync("plain", """{"instances": [[1, 2]]}"""));

        Assert.Equal("features.service_not_found", await RefusedAsync("""{"project": "shop", "service": "nobody"}"""));
        Assert.Equal("serving.no_feature_project", await RefusedAsync("""{"service": "person"}"""));
        Assert.Equal("features.none_asked", await RefusedAsync("""{"project": "shop", "service": "person", "columns": ["x", "y"]}"""));
        Assert.Equal("serving.invalid_spec", await RefusedAsync("""{"missing": "maybe"}"""));
        await _story.Server.DeployAsync("production", "plain", LookupStory.Spec("plain", """{"lookup": false}"""));
        (_, error) = await _story.RefuseAsync("plain", """{"instances": [{"customer_id": 1}]}""");
        Assert.Contains("features: {lookup: false}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_that_are_not_those_of_training_are_not_looked_up()
    {
        var story = new LookupStory(lookups.Process, "moved");
        await story.BeginAsync();
        await story.TrainAsync("moved", OnnxModels.Identity(1, -1, 2), "person", LookupStory.Signature("float", "tenure", "age"));
        await story.Server.DeployAsync("production", "moved", LookupStory.Spec("moved"));
        Assert.Equal("[[7,30]]", await story.PredictAsync("moved", """{"instances": [{"customer_id": 1}]}"""));

        // Another description is another version, and the same values.
        var described = LookupStory.Yaml.Replace("PROJECT", "moved", StringComparison.Ordinal).Replace("source: bills\n", "source: bills\n    description: Of bills.\n", StringComparison.Ordinal);
        await story.Features.ApplyAsync(described);
        Assert.Equal("[[3,50]]", await story.PredictAsync("moved", """{"instances": [{"customer_id": 3}]}"""));

        // Another type is another table; no service is pinned to the one before.
        var retyped = described.Replace("tenure, type: int64", "tenure, type: float64", StringComparison.Ordinal);
        using (var content = new StringContent(retyped, System.Text.Encoding.UTF8, "application/yaml"))
        using (var applied = await lookups.Process.Client.PostAsync("/api/v1/features/projects/moved/apply?repin=true&allow_breaking=true", content, Cancel))
            Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync(Cancel));
        var (status, error) = await story.RefuseAsync("moved", """{"instances": [{"customer_id": 1}]}""");
        Assert.Equal(503, status);
        Assert.Equal(
            "Features were not looked up: The values of account@v1 in project moved are not brought online any more: account@v3 stores others, and no feature service is pinned to version 1. Train on the new version, or pin a service to the old.",
            error);
        Assert.Equal("[[1,2]]", await story.PredictAsync("moved", """{"instances": [[1, 2]]}"""));

        var again = await story.Server.DeployAsync("staging", "moved", LookupStory.Spec("moved"));
        Assert.StartsWith("Features are not looked up for variant stable: The values of account@v1", (string?)again["nodes"]![0]!["reason"], StringComparison.Ordinal);
        Assert.Equal("features.not_served", (string?)(await story.Server.TryDeployAsync("staging", "moved", LookupStory.Spec("moved", """{"missing": "null"}"""))).Body!["code"]);
    }

    private async Task<string> RefusedAsync(string features)
    {
        var (status, body) = await _story.Server.TryDeployAsync("production", "refused", LookupStory.Spec("plain", features));
        Assert.NotEqual(200, status);
        return (string)body!["code"]!;
    }

    private async Task<IReadOnlyList<string>> InferAsync(string model, string inputs)
    {
        var (status, answer) = await _story.Server.AskAsync($"/v2/models/{model}/infer", $$"""{"inputs": [{{inputs}}]}""");
        Assert.True(status == 200, $"{status}: {answer}");
        return [.. JsonNode.Parse(answer)!["outputs"]!.AsArray().SelectMany(static output => output!["data"]!.AsArray()).Select(static value => value!.ToJsonString())];
    }

    private async Task<(HttpResponseMessage Answer, byte[] Message)> CallAsync(string method, IMessage message)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var frame = new byte[message.CalculateSize() + 5];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.CalculateSize());
        message.WriteTo(frame.AsSpan(5));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(lookups.Grpc, $"/inference.GRPCInferenceService/{method}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = new("application/grpc") } },
        };
        var answer = await http.SendAsync(request, Cancel);
        var body = await answer.Content.ReadAsByteArrayAsync(Cancel);
        return (answer, body.Length > 5 ? body[5..] : []);
    }
}
