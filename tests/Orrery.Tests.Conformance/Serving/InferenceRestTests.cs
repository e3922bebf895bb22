using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>V1 and V2 over REST: what lies around the bodies. Answers and refusals are those of the protocols.</summary>
public sealed class InferenceRestTests(InferenceServer server) : IAsyncLifetime
{
    private const string Instances = """{"instances": [[3, 3]]}""";
    private const string Predictions = """{"predictions":[{"label":0,"probabilities":[0.5,0.5]}]}""";
    private const string Predict = "/v1/models/lr:predict";
    private const string Infer = "/v2/models/lr/versions/1/infer";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await server.ReadyAsync();

    public ValueTask DisposeAsync() => default;

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/ld+json")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task Bodies_of_these_types_are_taken_as_JSON(string? type) => Assert.Equal((200, Predictions), await AskAsync(Predict, Instances, type));

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/jsonp")]
    public async Task Bodies_of_other_types_are_refused(string type)
    {
        foreach (var path in new[] { Predict, Infer })
            Assert.Equal((415, $$"""{"error":"The body is of type \u0027{{type}}\u0027; send application/json (header Content-Type)."}"""), await AskAsync(path, Instances, type));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Compressed_bodies_are_unpacked(string coding) =>
        Assert.Equal((200, Predictions), await AskAsync(Predict, Pack(coding, Encoding.UTF8.GetBytes(Instances)), "application/json", ("Content-Encoding", coding)));

    [Fact]
    public async Task Compressed_bodies_are_bounded_and_checked()
    {
        var bomb = Pack("gzip", new byte[65 << 20]);

        Assert.True(bomb.Length < 1 << 20);
        Assert.Equal((413, """{"error":"The body has more than 64 MiB when it is unpacked; send it in parts."}"""), await AskAsync(Predict, bomb, "application/json", ("Content-Encoding", "gzip")));
        Assert.Equal((400, """{"error":"The body is not what it is said to be, gzip: it cannot be unpacked."}"""), await AskAsync(Predict, "{}"u8.ToArray(), "application/json", ("Content-Encoding", "gzip")));
        Assert.Equal((415, """{"error":"Content-Encoding is \u0027br\u0027; it may be gzip, deflate."}"""), await AskAsync(Predict, "{}"u8.ToArray(), "application/json", ("Content-Encoding", "br")));
        Assert.Equal(413, (await AskAsync(Infer, new byte[65 << 20], "application/octet-stream")).Status);
    }

    [Fact]
    public async Task A_body_without_JSON_is_the_only_input()
    {
        float[] rows = [3, 3, 1, 1, 2, 2];
        using var answer = await SendAsync(Infer, MemoryMarshal.AsBytes<float>(rows).ToArray(), "application/octet-stream", ("Inference-Header-Content-Length", "0"));
        var body = await answer.Content.ReadAsByteArrayAsync(Cancel);
        var header = int.Parse(answer.Headers.GetValues("Inference-Header-Content-Length").Single(), CultureInfo.InvariantCulture);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("""[3,2]""", JsonNode.Parse(body.AsSpan(0, header))!["outputs"]![1]!["shape"]!.ToJsonString());
        Assert.Equal([.. Enumerable.Repeat(0.5f, 6)], MemoryMarshal.Cast<byte, float>(body.AsSpan(header + 24)).ToArray());
    }

    [Theory]
    [InlineData("/v2/models/lr/versions/1/infer", 7, "The body has 7 bytes; input \\u0027features\\u0027 (FP32[-1,2]) takes a multiple of 8.")]
    [InlineData("/v2/models/matrix/infer", 8, "Input \\u0027in\\u0027 (FP32[-1,-1]) has more than one open size, which a body without JSON cannot tell.")]
    [InlineData("/v2/models/types/infer", 8, "A body without JSON (Inference-Header-Content-Length 0) is for models of one input; this has 13.")]
    public async Task A_body_without_JSON_must_fit(string path, int bytes, string error) =>
        Assert.Equal((400, $$"""{"error":"{{error}}"}"""), await AskAsync(path, new byte[bytes], "application/octet-stream", ("Inference-Header-Content-Length", "0")));

    [Fact]
    public async Task A_text_without_JSON_is_one_element()
    {
        using var answer = await SendAsync("/v2/models/text/infer", "hello"u8.ToArray(), "application/octet-stream", ("Inference-Header-Content-Length", "0"));
        var body = await answer.Content.ReadAsByteArrayAsync(Cancel);

        Assert.Equal([5, 0, 0, 0, .. "hello"u8], body[^9..]);
    }

    [Fact]
    public async Task The_repository_is_told()
    {
        var all = JsonNode.Parse((await AskAsync("/v2/repository/index", "")).Body)!.AsArray();
        var ready = JsonNode.Parse((await AskAsync("/v2/repository/index", """{"ready": true}""")).Body)!.AsArray();

        Assert.Equal("""{"name":"lr","version":"2","state":"READY","reason":""}""", all.Single(one => (string)one!["name"]! == "lr" && (string)one["version"]! == "2")!.ToJsonString());
        var broken = all.Single(static one => (string)one!["name"]! == "broken")!;
        Assert.Equal("UNAVAILABLE", (string)broken["state"]!);
        Assert.StartsWith("ONNX Runtime does not open the model", (string)broken["reason"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(ready, static one => (string)one!["name"]! == "broken");
        Assert.Equal(400, (await AskAsync("/v2/repository/index", """{"ready": 1}""")).Status);
        Assert.Equal((200, """{"name":"lr","load":true}"""), await AskAsync("/v2/repository/models/lr/load", ""));
        Assert.Equal(503, (await AskAsync("/v2/repository/models/broken/load", "")).Status);
        Assert.Equal(404, (await AskAsync("/v2/repository/models/nobody/load", "")).Status);
        Assert.Equal(501, (await AskAsync("/v2/repository/models/lr/unload", "")).Status);
    }

    [Theory]
    [InlineData("/v1/models/broken", 503)]
    [InlineData("/v2/models/broken/ready", 503)]
    [InlineData("/v2/models/broken", 503)]
    [InlineData("/v1/models/nobody", 404)]
    [InlineData("/v2/models/lr/versions/9", 404)]
    [InlineData("/v2/models/lr/versions/2/ready", 200)]
    [InlineData("/v2/health/ready", 200)]
    public async Task States_have_their_status(string path, int status)
    {
        using var answer = await server.Process.Client.GetAsync(path, Cancel);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status != 200, (await answer.Content.ReadAsStringAsync(Cancel)).StartsWith("""{"error":""", StringComparison.Ordinal));
        Assert.Equal(status == 503, answer.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task An_output_that_is_none_is_refused_and_so_is_an_explanation_before_there_is_a_background()
    {
        Assert.Equal(
            (400, """{"error":"The model has no output \u0027x\u0027; it has label, probabilities."}"""),
            await AskAsync(Infer, """{"inputs": [{"name": "features", "shape": [1, 2], "datatype": "FP32", "data": [3, 3]}], "outputs": [{"name": "x"}]}"""));
        Assert.Equal(409, (await AskAsync("/v1/models/lr:explain", Instances)).Status);
    }

    [Fact]
    public async Task An_event_in_binary_mode_is_answered_in_kind()
    {
        using var answer = await SendAsync(Predict, Encoding.UTF8.GetBytes(Instances), "application/json",
            ("ce-specversion", "1.0"), ("ce-id", "e1"), ("ce-source", "/caller"), ("ce-type", "t"));

        Assert.Equal(Predictions, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(["/v1/models/lr", "org.kubeflow.serving.inference.response", "1.0"], new[] { "source", "type", "specversion" }.Select(name => answer.Headers.GetValues("ce-" + name).Single()));
        Assert.Equal(answer.Headers.GetValues("X-Orrery-Prediction-Id"), answer.Headers.GetValues("ce-id"));
        Assert.Equal((400, """{"error":"The CloudEvent has no \u0027id\u0027 (header ce-id)."}"""), await AskAsync(Predict, Encoding.UTF8.GetBytes(Instances), "application/json", ("ce-specversion", "1.0")));
    }

    [Fact]
    public async Task An_event_in_structured_mode_is_answered_in_kind()
    {
        using var answer = await SendAsync(
            Predict, Encoding.UTF8.GetBytes($$"""{"specversion": "1.0", "id": "e1", "source": "/caller", "type": "t", "data": {{Instances}}}"""), "application/cloudevents+json");
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;

        Assert.Equal("application/cloudevents+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Predictions, body["data"]!.ToJsonString());
        Assert.Equal("1.0", (string)body["specversion"]!);
        Assert.Equal((400, """{"error":"The CloudEvent has no \u0027data\u0027, which is the request."}"""), await AskAsync(Predict, """{"specversion": "1.0", "id": "e1", "source": "/a", "type": "t"}""", "application/cloudevents+json"));
    }

    [Theory]
    [InlineData("lr")]
    [InlineData("typed")]
    [InlineData("matrix")]
    [InlineData("text")]
    public async Task The_examples_of_a_models_document_are_answered(string model)
    {
        var document = JsonNode.Parse(await server.Process.Client.GetStringAsync($"/v2/models/{model}/openapi.json", Cancel))!;

        Assert.Equal("3.1.0", (string)document["openapi"]!);
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            var example = item!["post"]!["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString();
            var (status, body) = await AskAsync(path, example);
            Assert.True(status == 200, $"{path}: {status} {body} on {example}");
        }
    }

    [Fact]
    public async Task A_models_document_names_its_columns_and_where_it_is()
    {
        var document = JsonNode.Parse(await server.Process.Client.GetStringAsync("/staging/v2/models/lr/openapi.json", Cancel))!;

        Assert.Equal("/staging", (string)document["servers"]![0]!["url"]!);
        var row = document["paths"]!["/v1/models/lr:predict"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!["properties"]!["instances"]!["items"]!["anyOf"]![0]!;
        Assert.Equal("""["tenure","charges"]""", row["required"]!.ToJsonString());
    }

    private static byte[] Pack(string coding, byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (Stream stream = coding == "gzip" ? new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true) : new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            stream.Write(bytes);
        return packed.ToArray();
    }

    private Task<(int Status, string Body)> AskAsync(string path, string body, string? type = "application/json", params (string, string)[] headers) =>
        AskAsync(path, Encoding.UTF8.GetBytes(body), type, headers);

    private async Task<(int Status, string Body)> AskAsync(string path, byte[] body, string? type = "application/json", params (string Name, string Value)[] headers)
    {
        using var answer = await SendAsync(path, body, type, headers);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    // By version 1, whichever variant would have been drawn.
    private async Task<HttpResponseMessage> SendAsync(string path, byte[] body, string? type, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (type is not null)
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.TryAddWithoutValidation("X-Orrery-Variant", "first");
        // Else it is still sending when it is refused.
        request.Headers.ExpectContinue = body.Length > 1 << 20;
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return await server.Process.Client.SendAsync(request, Cancel);
    }
}
