using Google.Protobuf;
using Orrery.Inference;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>V2 over gRPC with clients that were not written here: grpcio of Debian, and grpc-js of npm.</summary>
public sealed class GrpcClientTests(InferenceServer server)
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public async Task Grpcio_is_answered_on_every_method()
    {
        if ((await ClientRun.RunAsync(Python, "-c", "import grpc, google.protobuf")).Code != 0)
            Needed.Missing("python3-grpcio is missing: run eng/install-test-needs.sh.");
        await server.ReadyAsync();
        var descriptor = Path.GetTempFileName();
        await File.WriteAllBytesAsync(descriptor, InferenceReflection.Descriptor.SerializedData.ToByteArray(), TestContext.Current.CancellationToken);

        var told = await ClientRun.CasesAsync(Python, ClientRun.Source("grpc_client.py"), server.GrpcAddress, descriptor);

        File.Delete(descriptor);
        Assert.Equal(Expected, told);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Grpc_js_is_answered(bool tls)
    {
        var modules = Repository.PathOf("tests", "Orrery.Testing", "grpc", "node_modules");
        if (!Directory.Exists(modules))
            Needed.Missing("@grpc/grpc-js is missing: run eng/install-test-needs.sh.");
        await server.ReadyAsync();
        string[] arguments = [ClientRun.Source("grpc_client.js"), tls ? server.TlsAddress : server.GrpcAddress, Repository.PathOf("proto", "inference.proto"), modules, .. tls ? [server.CertificatePath] : Array.Empty<string>()];

        var told = await ClientRun.CasesAsync("node", arguments);

        Assert.Equal(new Dictionary<string, string>
        {
            ["live"] = "true",
            ["infer"] = """["lr","n1",[["label",["1"],["0"],[]],["probabilities",["1","2"],[],[0.5,0.5]]]]""",
            ["raw"] = """["0000000000000000","0000003f0000003f"]""",
            ["many"] = "true",
            ["metadata"] = """[{"shape":["-1","2"],"name":"features","datatype":"FP32"}]""",
            ["no model"] = """["NOT_FOUND","Model with name nobody does not exist."]""",
            ["no inputs"] = """["INVALID_ARGUMENT","The request has no inputs."]""",
            ["bad type"] = """["INVALID_ARGUMENT","The datatype of input 'x' is 'FP33'; it must be one of FP32, UINT8, INT8, UINT16, INT16, INT32, INT64, BYTES, BOOL, FP16, FP64, UINT32, UINT64, BF16."]""",
        }, told);
    }

    private static Dictionary<string, string> Expected => new()
    {
        ["live"] = "true",
        ["ready"] = "true",
        ["server"] = """["binary_tensor_data","model_repository"]""",
        ["model ready"] = "true",
        ["model not ready"] = "false",
        ["metadata"] = """["onnx_onnxv1",["1","2"],[["features","FP32",[-1,2]]],["label","probabilities"]]""",
        ["index"] = """{"broken":"UNAVAILABLE","limited":"READY","lr":"READY","matrix":"READY","slow":"READY","text":"READY","typed":"READY","types":"READY"}""",
        ["index ready"] = "false",
        ["infer"] = """["lr","1","q1",{"label":[0],"probabilities":[0.5,0.5]},0]""",
        ["prediction id"] = "[32]",
        ["staging"] = "[1]",
        ["variant"] = "\"2\"",
        ["version"] = "\"2\"",
        ["sticky"] = "1",
        ["gzip"] = "true",
        ["deflate"] = "true",
        ["large"] = "[1600000,1600000]",
        ["raw types"] = "[true]",
        ["typed types"] = "[12]",
        ["no model"] = """["NOT_FOUND","Model with name nobody does not exist."]""",
        ["no version"] = """["NOT_FOUND","Version 9 of lr does not exist; there is 1, 2."]""",
        ["not ready"] = "\"UNAVAILABLE\"",
        ["missing input"] = """["INVALID_ARGUMENT","Input 'FP32' (FP32[-1]) is missing."]""",
        ["no environment"] = """["INVALID_ARGUMENT","X-Orrery-Environment is 'moon'; the environments are production, staging, development."]""",
        ["other workspace"] = """["NOT_FOUND","Model with name lr does not exist."]""",
        ["unload"] = """["UNIMPLEMENTED","Model lr answers as long as it is deployed; remove the deployment (DELETE /api/v1/deployments/{environment}/lr, mlops deployments delete). Models that nobody asks are unloaded by themselves."]""",
        ["deadline"] = "\"DEADLINE_EXCEEDED\"",
        ["limit"] = "\"answered\"",
        ["limit again"] = """["RESOURCE_EXHAUSTED","The deployment takes 0.01 requests a second on each server; try again in a moment."]""",
        ["unknown method"] = "\"UNIMPLEMENTED\"",
        ["words"] = """["NOT_FOUND","Model with name größe % \n does not exist."]""",
        ["too large"] = """["RESOURCE_EXHAUSTED","The body has more than 64 MiB; send it in parts."]""",
        ["end"] = "true",
    };
}
