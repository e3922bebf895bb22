using System.Globalization;
using System.Text;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>V1 and V2 with curl, as the protocols' documents show it.</summary>
public sealed class CurlTests(InferenceServer server) : IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        if ((await ClientRun.RunAsync("/bin/sh", "-c", "command -v curl")).Code != 0)
            Needed.Missing("curl is missing: run eng/install-test-needs.sh.");
        await server.ReadyAsync();
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task V1_and_V2_are_answered()
    {
        Assert.StartsWith(
            """200 application/json {"predictions":[{"label":1,"probabilities":[0.00""",
            await CurlAsync("/staging/v1/models/lr:predict", "-H", "Content-Type: application/json", "-d", """{"instances": [{"tenure": 1, "charges": 1}]}"""),
            StringComparison.Ordinal);
        Assert.Equal("""200 application/json {"name":"lr","ready":true}""", await CurlAsync("/v2/models/lr/ready"));
        Assert.Equal(
            """200 application/json {"model_name":"lr","model_version":"1","id":"c1","outputs":[{"name":"label","datatype":"INT64","shape":[1],"data":[0]}]}""",
            await CurlAsync("/v2/models/lr/versions/1/infer", "-H", "Content-Type: application/json", "-d", """{"id": "c1", "inputs": [{"name": "features", "shape": [1, 2], "datatype": "FP32", "data": [[3, 3]]}], "outputs": [{"name": "label"}]}"""));
    }

    [Fact]
    public async Task Binary_tensors_go_there_and_back()
    {
        const string json = """{"inputs": [{"name": "features", "shape": [1, 2], "datatype": "FP32", "parameters": {"binary_data_size": 8}}], "outputs": [{"name": "probabilities", "parameters": {"binary_data": true}}]}""";
        var (sent, got) = (Path.GetTempFileName(), Path.GetTempFileName());
        await File.WriteAllBytesAsync(sent, [.. Encoding.UTF8.GetBytes(json), 0, 0, 64, 64, 0, 0, 64, 64], TestContext.Current.CancellationToken);

        var (code, told, errors) = await ClientRun.RunAsync("curl", "-sS", "-o", got, "-w", "%{http_code} %{content_type} %header{inference-header-content-length}", "--data-binary", "@" + sent,
            "-H", "Content-Type: application/octet-stream", "-H", string.Create(CultureInfo.InvariantCulture, $"Inference-Header-Content-Length: {json.Length}"), Address("/v2/models/lr/versions/1/infer"));

        Assert.True(code == 0, errors);
        var answer = await File.ReadAllBytesAsync(got, TestContext.Current.CancellationToken);
        Assert.StartsWith("200 application/octet-stream", told, StringComparison.Ordinal);
        Assert.Equal([0, 0, 0, 63, 0, 0, 0, 63], answer[^8..]);
        File.Delete(sent);
        File.Delete(got);
    }

    [Theory]
    [InlineData("/v1/models/nobody:predict", """{"instances": [[1, 1]]}""", """404 application/json {"error":"Model with name nobody does not exist."}""")]
    [InlineData("/v1/models/lr:predict", "{", "400")]
    [InlineData("/v1/models/lr:predict", """{"instances": 5}""", """400 application/json {"error":"Expected \u0022instances\u0022 to be a list."}""")]
    [InlineData("/v2/models/lr/infer", """{"inputs": [{"name": "features", "shape": [1, 3], "datatype": "FP32", "data": [1, 2, 3]}]}""", "400")]
    [InlineData("/v2/models/lr/versions/9/infer", "{}", """404 application/json {"error":"Version 9 of lr does not exist; there is 1, 2."}""")]
    [InlineData("/v2/models/broken/infer", "{}", "503")]
    [InlineData("/v2/nothing", "{}", "404")]
    public async Task Errors_have_the_protocols_form(string path, string body, string expected)
    {
        var told = await CurlAsync(path, "-H", "Content-Type: application/json", "-d", body);

        Assert.StartsWith(expected, told, StringComparison.Ordinal);
        Assert.Contains("\"error\":\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTP_2_is_spoken_over_TLS()
    {
        var (code, told, errors) = await ClientRun.RunAsync("curl", "-sS", "--http2", "--cacert", server.CertificatePath, "-w", " %{http_version}", $"https://{server.TlsAddress}/v2/health/live");

        Assert.True(code == 0, errors);
        Assert.Equal("""{"live":true} 2""", told);
    }

    private string Address(string path) => new Uri(server.Process.BaseAddress, path).ToString();

    private async Task<string> CurlAsync(string path, params string[] arguments)
    {
        var (code, told, errors) = await ClientRun.RunAsync("curl", ["-sS", "-w", "\n%{http_code} %{content_type}", .. arguments, Address(path)]);
        Assert.True(code == 0, errors);
        var end = told.LastIndexOf('\n');
        return $"{told[(end + 1)..]} {told[..end]}";
    }
}
