using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What is sent to endpoints elsewhere, and what their answers become.</summary>
public sealed class RemoteModelTests : IAsyncLifetime
{
    private RemoteParts _parts = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private FakeEndpoint Endpoint => _parts.Endpoint;

    public async ValueTask InitializeAsync() => _parts = new(await FakeEndpoint.StartAsync());

    public ValueTask DisposeAsync() => _parts.DisposeAsync();

    [Fact]
    public async Task V2_is_asked_as_its_metadata_says_and_its_answer_is_taken_over()
    {
        Endpoint.Answer = static (_, context) => FakeEndpoint.JsonAsync(
            context, """{"model_name": "m", "outputs": [{"name": "y", "data": [[0.5], [1.5]], "shape": [2, 1], "datatype": "FP32"}, {"name": "label", "shape": [2], "datatype": "BYTES", "data": ["a", "b"]}]}""");
        _parts.Options.Remote.Secrets["token"] = new() { Value = "Bearer abc", Hosts = ["127.0.0.1"] };
        var model = await _parts.OpenAsync(_parts.Spec() with { Headers = new Dictionary<string, string> { ["Authorization"] = "token" } });
        Assert.Equal("fake", model.Declaration.Platform);
        Assert.Equal("FP32[-1,2]", Assert.Single(model.Declaration.Inputs).ToString());

        var call = RemoteParts.Call(1, 2, 3, 4);
        call.Inputs[0].Name = "named otherwise";
        await model.InferAsync(call, Cancel);

        var (headers, body) = Assert.Single(Endpoint.Calls);
        Assert.Equal("""{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]}]}""", FakeEndpoint.Text(body));
        Assert.Equal(("application/json", "Bearer abc"), (headers["Content-Type"], headers["Authorization"]));
        Assert.Equal([0.5f, 1.5f], call.Outputs[0].Values<float>().ToArray());
        Assert.Equal([2L, 1L], call.Outputs[0].Shape.ToArray());
        Assert.Equal("b", Encoding.UTF8.GetString(call.Outputs.Find("label")!.Text(1)));
        Assert.Equal(1, _parts.Tries("ok"));
    }

    [Fact]
    public async Task V2_numbers_become_of_the_declared_type_and_outputs_are_those_asked_for()
    {
        Endpoint.Answer = static (_, context) => FakeEndpoint.JsonAsync(
            context, """{"outputs": [{"name": "z", "shape": [1], "datatype": "INT64", "data": [7]}, {"name": "y", "shape": [1], "datatype": "INT64", "data": [8]}]}""");
        Endpoint.Says["/v2/models/there/versions/3"] = """{"name": "there", "inputs": [{"name": "x", "datatype": "INT64", "shape": [-1, 2]}]}""";
        Endpoint.Says["/v2/models/there/versions/3/ready"] = "";
        var model = await _parts.OpenAsync(_parts.Spec() with { Model = "there", Version = "3" });

        var call = RemoteParts.Call(1, 2);
        call.Want("y", binary: null);
        await model.InferAsync(call, Cancel);

        Assert.Equal("""{"inputs":[{"name":"x","datatype":"INT64","shape":[1,2],"data":[1,2]}],"outputs":[{"name":"y"}]}""", FakeEndpoint.Text(Assert.Single(Endpoint.Calls).Body));
        Assert.Equal([8L], Only(call, "y").Values<long>().ToArray());
        var wrong = await Assert.ThrowsAsync<TensorException>(async () => await model.InferAsync(RemoteParts.Call(1.5f, 2), Cancel));
        Assert.Equal("Element 0 of 'x' is 1.5; the model wants INT64.", wrong.Message);
    }

    [Fact]
    public async Task V2_tensors_are_binary_where_the_endpoint_says_that_it_takes_them()
    {
        Endpoint.Says["/v2"] = """{"name": "fake", "extensions": ["model_repository", "binary_tensor_data"]}""";
        Endpoint.Answer = static async (_, context) =>
        {
            const string Json = """{"outputs":[{"name":"y","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}},{"name":"t","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":6}}]}""";
            context.Response.Headers["Inference-Header-Content-Length"] = $"{Json.Length}";
            await context.Response.WriteAsync(Json);
            await context.Response.Body.WriteAsync((byte[])[.. BitConverter.GetBytes(0.5f), .. BitConverter.GetBytes(float.NaN), 2, 0, 0, 0, (byte)'h', (byte)'i']);
        };
        var model = await _parts.OpenAsync();

        var call = RemoteParts.Call(1, 2);
        await model.InferAsync(call, Cancel);

        var (headers, body) = Assert.Single(Endpoint.Calls);
        var json = body[..int.Parse(headers["Inference-Header-Content-Length"], System.Globalization.CultureInfo.InvariantCulture)];
        Assert.Equal("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}}],"parameters":{"binary_data_output":true}}""", FakeEndpoint.Text(json));
        Assert.Equal([.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)], body[json.Length..]);
        Assert.Equal([0.5f, float.NaN], call.Outputs[0].Values<float>().ToArray());
        Assert.Equal("hi", Encoding.UTF8.GetString(call.Outputs[1].Text(0)));
    }

    [Theory]
    [InlineData("""{"predictions": [0.5, 2]}""", "predictions=FP64[2]:0.5,2")]
    [InlineData("""{"predictions": [[1, null], [3, 4]]}""", "predictions=FP64[2,2]:1,null,3,4")]
    [InlineData("""{"predictions": ["a", "b"]}""", "predictions=BYTES[2]:\"a\",\"b\"")]
    [InlineData("""{"predictions": [true, false]}""", "predictions=BOOL[2]:true,false")]
    [InlineData("""{"predictions": [{"label": 1, "p": [0.1, 0.9]}, {"p": [0.2, 0.8], "label": 0}]}""", "label=FP64[2]:1,0 p=FP64[2,2]:0.1,0.9,0.2,0.8")]
    [InlineData("""{"predictions": {"label": ["x", "y"], "p": [[1], [2]]}}""", "label=BYTES[2]:\"x\",\"y\" p=FP64[2,1]:1,2")]
    public async Task V1_answers_are_taken_over_whatever_their_form(string answer, string expected)
    {
        Endpoint.Answer = (_, context) => FakeEndpoint.JsonAsync(context, answer);
        var model = await _parts.OpenAsync(_parts.Spec("v1"));

        var call = RemoteParts.Call(1, 2, 3, 4);
        await model.InferAsync(call, Cancel);

        Assert.Equal("""{"instances":[[1,2],[3,4]]}""", FakeEndpoint.Text(Assert.Single(Endpoint.Calls).Body));
        Assert.Equal(expected, Shown(call.Outputs));
    }

    [Fact]
    public async Task V1_is_asked_by_column_and_its_outputs_are_of_the_signature()
    {
        Endpoint.Answer = static (_, context) => FakeEndpoint.JsonAsync(context, """{"predictions": [{"label": 3, "city": "Ulm"}]}""");
        var model = await _parts.OpenAsync(_parts.Spec("v1"), RemoteParts.Signature(
            """[{"name": "age", "type": "long"}, {"name": "city", "type": "string"}]""", """[{"name": "label", "type": "long"}]"""));
        Assert.Equal(["age", "city"], model.Declaration.Inputs.Select(static input => input.Name));

        var call = new InferenceCall();
        V1Reader.Read("""{"instances": [{"age": 5, "city": "Ulm"}]}"""u8, model.Declaration, call);
        await model.InferAsync(call, Cancel);

        Assert.Equal("""{"instances":[{"age":5,"city":"Ulm"}]}""", FakeEndpoint.Text(Assert.Single(Endpoint.Calls).Body));
        Assert.Equal("label=INT64[1]:3 city=BYTES[1]:\"Ulm\"", Shown(call.Outputs));
    }

    [Theory]
    [InlineData("v2", """{"outputs": [{"name": "y", "shape": [3], "datatype": "FP32", "data": [1, 2]}]}""", "Output 'y' has 2 elements; its shape [3] has 3.")]
    [InlineData("v2", """{"outputs": [{"name": "y", "shape": [-2], "datatype": "FP32", "data": []}]}""", "Dimension 0 of tensor 'y' is -2; it must be 0 or more.")]
    [InlineData("v2", """{"outputs": [{"name": "y", "shape": [9999999999, 9999999999], "datatype": "FP32", "data": []}]}""", "The shape of tensor 'y' has more than 2147483647 elements.")]
    [InlineData("v2", """{"outputs": [{"name": "y", "shape": [1], "datatype": "FP31", "data": [1]}]}""", "The datatype of output 'y' is 'FP31'")]
    [InlineData("v2", """{"outputs": [{"name": "y", "shape": [1], "datatype": "INT8", "data": [300]}]}""", "Element 0 of 'y' is 300")]
    [InlineData("v2", """{"outputs": [{"name": "y", "shape": [1], "datatype": "FP32", "parameters": {"binary_data_size": 4}}]}""", "Output 'y' has binary data, and the header Inference-Header-Content-Length is missing.")]
    [InlineData("v2", """{"outputs": [{"name": "y", "shape": [1], "datatype": "INT8", "data": [3]}, {"name": "y", "shape": [1], "datatype": "INT8", "data": [3]}]}""", "The output 'y' is there twice.")]
    [InlineData("v2", """{"outputs": []}""", "It has no outputs.")]
    [InlineData("v2", """["outputs"]""", "It is no JSON object with 'outputs'.")]
    [InlineData("v2", "<html>", "'<' is an invalid start of a value.")]
    [InlineData("v2", """{"outputs": [{"name": "\ud800", "shape": [1], "datatype": "INT8", "data": [3]}]}""", "It has a text that is no UTF-8")]
    [InlineData("v1", """{"predictions": [1]}""", "It has 1 predictions for 2 instances.")]
    [InlineData("v1", """{"predictions": [[1, 2], [3]]}""", "lists of different length")]
    [InlineData("v1", """{"predictions": [1, "x"]}""", "Element 1 of 'predictions' is")]
    [InlineData("v1", """{"predictions": [{"a": 1}, {"b": 1}]}""", "Prediction 1 has 'b', which those before it have not.")]
    [InlineData("v1", """{"predictions": [{"a": 1}, {"a": 1, "a": 2}]}""", "Prediction 1 has 'a' with another number of values")]
    [InlineData("v1", """{"predictions": [{"a": [1, 2]}, {"a": 1}]}""", "lists of different depth")]
    [InlineData("v1", """{"predictions": 5}""", "'predictions' is no list.")]
    [InlineData("v1", """{"error": "none"}""", "It has no 'predictions'.")]
    [InlineData("v1", """{"predictions": [1, 2]""", "")]
    public async Task An_answer_that_is_none_is_told_and_not_believed(string protocol, string answer, string reason)
    {
        Endpoint.Answer = (_, context) => FakeEndpoint.JsonAsync(context, answer);
        var model = await _parts.OpenAsync(_parts.Spec(protocol) with { Retries = 3 });

        var call = RemoteParts.Call(1, 2, 3, 4);
        var wrong = await Assert.ThrowsAsync<RemoteException>(async () => await model.InferAsync(call, Cancel));

        Assert.StartsWith($"The answer of {Endpoint.Address.Authority} is wrong: ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(reason, wrong.Message, StringComparison.Ordinal);
        Assert.Equal((502, 0, 1), (wrong.Status, call.Outputs.Count, Endpoint.Calls.Count));
        Assert.Equal(1, _parts.Tries("invalid"));
    }

    [Fact]
    public async Task An_output_that_was_asked_for_and_is_not_there_is_the_endpoints_fault()
    {
        Endpoint.Answer = static (_, context) => FakeEndpoint.JsonAsync(context, """{"outputs": [{"name": "y", "shape": [1], "datatype": "INT64", "data": [7]}]}""");
        var model = await _parts.OpenAsync();
        var call = RemoteParts.Call(1, 2);
        call.Want("z", binary: null);

        var wrong = await Assert.ThrowsAsync<RemoteException>(async () => await model.InferAsync(call, Cancel));

        Assert.Contains("It has no output 'z', which was asked for.", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v2/models/m/ready", """{"name": "m", "ready": false}""", "says that the model is not ready.")]
    [InlineData("/v2/models/m/ready", null, "does not know the model (404): no such model")]
    [InlineData("/v2/models/m", "[]", "answers /v2/models/m with no JSON object.")]
    [InlineData("/v2/models/m", """{"inputs": [{"name": "x", "datatype": "FP32", "shape": [-7]}]}""", "cannot be used: input 0 has a shape that cannot be.")]
    [InlineData("/v2/models/m", """{"inputs": [{"name": "x", "datatype": "float", "shape": [1]}]}""", "cannot be used: input 0 has no datatype that is known.")]
    [InlineData("/v2/models/m", """{"inputs": [{"name": "x", "datatype": "FP32", "shape": [1]}, {"name": "x", "datatype": "FP32", "shape": [1]}]}""", "cannot be used: two inputs have one name.")]
    public async Task An_endpoint_that_is_not_ready_is_not_activated_and_says_why(string path, string? says, string reason)
    {
        Endpoint.Says.Remove(path);
        if (says is not null)
            Endpoint.Says[path] = says;

        var refused = await Assert.ThrowsAnyAsync<ModelException>(() => _parts.OpenAsync());

        Assert.Contains(Endpoint.Address.Authority, refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_settings_do_not_allow_is_not_called()
    {
        _parts.Options.Remote.Hosts = [];
        var refused = await Assert.ThrowsAsync<ModelException>(() => _parts.OpenAsync());
        Assert.Equal($"The server does not call {Endpoint.Address.Authority}: an administrator adds it to the setting Orrery:Serving:Remote:Hosts.", refused.Message);

        _parts.Options.Remote.Hosts = ["localhost"];
        _parts.Options.Remote.Secrets["token"] = new() { Value = "x", Hosts = ["*.example.com"] };
        var spec = _parts.Spec() with { Url = $"http://localhost:{Endpoint.Address.Port}" };
        foreach (var (secret, reason) in new[] { ("other", "which the server does not have"), ("token", "is not for localhost") })
        {
            var unknown = await Assert.ThrowsAsync<ModelException>(() => _parts.OpenAsync(spec with { Headers = new Dictionary<string, string> { ["X-Key"] = secret } }));
            Assert.Contains(reason, unknown.Message, StringComparison.Ordinal);
        }
    }

    private static Tensor Only(InferenceCall call, string name)
    {
        Assert.Equal(1, call.Outputs.Count);
        Assert.Equal(name, call.Outputs[0].Name);
        return call.Outputs[0];
    }

    private static string Shown(TensorList outputs) => string.Join(' ', Enumerable.Range(0, outputs.Count).Select(index =>
    {
        var tensor = outputs[index];
        using var buffer = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
            TensorWriting.WriteFlat(json, tensor);
        var values = JsonNode.Parse(buffer.ToArray())!.ToJsonString();
        return $"{tensor.Name}={tensor.Type}[{string.Join(',', tensor.Shape.ToArray())}]:{values[1..^1]}";
    }));
}
