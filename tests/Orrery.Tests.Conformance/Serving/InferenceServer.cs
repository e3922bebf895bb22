using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Orrery.Tests.Conformance.InferenceServer))]

namespace Orrery.Tests.Conformance;

/// <summary>One server with models deployed, for all tests of the inference protocols; started by the first that asks.</summary>
public sealed class InferenceServer : IAsyncDisposable
{
    // What ONNX calls the protocol's types.
    private static readonly (string Name, int Number)[] Types =
    [
        ("FP32", 1), ("UINT8", 2), ("INT8", 3), ("UINT16", 4), ("INT16", 5), ("INT32", 6), ("INT64", 7), ("BYTES", 8), ("BOOL", 9), ("FP16", 10), ("FP64", 11),
        ("UINT32", 12), ("UINT64", 13),
    ];

    private readonly Lazy<Task> _started;
    private int _folders;
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-inference-").FullName;

    public InferenceServer() => _started = new(StartAsync);

    public ServerProcess Process { get; private set; } = null!;

    /// <summary>Of gRPC without TLS, <c>127.0.0.1:port</c>.</summary>
    public string GrpcAddress { get; private set; } = "";

    /// <summary>Of everything over TLS, <c>localhost:port</c>.</summary>
    public string TlsAddress { get; private set; } = "";

    /// <summary>Certificate of the issuer, PEM.</summary>
    public string CertificatePath => Path.Combine(_folder, "cert.pem");

    /// <summary>Waits until it answers.</summary>
    public Task ReadyAsync() => _started.Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Process is not null)
            await Process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        MakeCertificate();
        var (grpc, tls) = (FreePort(), FreePort());
        (GrpcAddress, TlsAddress) = ($"127.0.0.1:{grpc}", $"localhost:{tls}");
        Process = await ServerProcess.StartAsync(
        [
            "--log-level", "Warning", "--grpc-urls", $"http://{GrpcAddress};https://{TlsAddress}",
            "--tls-certificate", CertificatePath, "--tls-key", Path.Combine(_folder, "key.pem"),
        ]);
        await RegisterAsync("lr", OnnxModels.Logistic([1f, -1f], 0), "tenure", "charges");
        await RegisterAsync("lr", OnnxModels.Logistic([1f, -1f], 5), "tenure", "charges");
        await RegisterAsync("types", Identities(Types));
        await RegisterAsync("typed", Identities([.. Types.Where(static type => type.Name != "FP16")]));
        await RegisterAsync("text", OnnxModels.Identity(8, 1));
        await RegisterAsync("matrix", OnnxModels.Identity(1, -1, -1));
        await RegisterAsync("slow", OnnxModels.Slow(400));
        await RegisterAsync("broken", OnnxModels.Unknown());
        await DeployAsync("production", "lr", Variant("lr", 1) + ", " + Variant("lr", 2, "second"), """, "sticky": {"header": "x-user"}""");
        await DeployAsync("staging", "lr", Variant("lr", 2));
        foreach (var name in new[] { "types", "typed", "text", "matrix", "slow" })
            await DeployAsync("production", name, Variant(name, 1));
        await DeployAsync("production", "limited", Variant("lr", 1), """, "limits": {"requests_per_second": 0.01}""");
        await DeployAsync("production", "broken", Variant("broken", 1), wanted: "failed");
    }

    private async Task RegisterAsync(string model, byte[] onnx, params string[] columns)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"inference-{++_folders}");
        var inputs = string.Join(", ", columns.Select(static column => $$"""{"name": "{{column}}", "type": "float"}"""));
        var document = "flavors:\n  onnx:\n    data: model.onnx\n" + (columns.Length > 0 ? $"signature:\n  inputs: '[{inputs}]'\n" : "");
        foreach (var (path, bytes) in new[] { ("model.onnx", onnx), ("MLmodel", Encoding.UTF8.GetBytes(document)) })
        {
            using var body = new ByteArrayContent(bytes);
            using var put = await Process.Client.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{folder}/{path}", body);
            Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
        }

        using var create = await Process.Client.PostAsJsonAsync("/api/2.0/mlflow/registered-models/create", new { name = model });
        using var made = await Process.Client.PostAsJsonAsync("/api/2.0/mlflow/model-versions/create", new { name = model, source = $"mlflow-artifacts:/{folder}" });
        var version = (string)(await made.Content.ReadFromJsonAsync<JsonNode>())!["model_version"]!["version"]!;
        await Eventually.HoldsAsync($"the package of {model} {version}", async () =>
        {
            using var package = await Process.Client.GetAsync($"/api/v1/models/{model}/versions/{version}/package");
            return package.StatusCode is HttpStatusCode.OK;
        });
    }

    private async Task DeployAsync(string environment, string name, string variants, string more = "", string wanted = "ready")
    {
        using var body = new StringContent($$"""{"variants": [{{variants}}]{{more}}}""", Encoding.UTF8, "application/json");
        using var put = await Process.Client.PutAsync($"/api/v1/deployments/{environment}/{name}", body);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
        JsonNode? found = null;
        await Eventually.HoldsAsync($"{name} is {wanted}", async () =>
        {
            found = await Process.Client.GetFromJsonAsync<JsonNode>($"/api/v1/deployments/{environment}/{name}");
            return (string)found!["state"]! == wanted;
        }, () => found?.ToJsonString() ?? "nothing");
    }

    private static string Variant(string model, int version, string name = "first") =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"name": "{{name}}", "model": "{{model}}", "version": "{{version}}", "weight": 1}""");

    private static byte[] Identities((string Name, int Number)[] types)
    {
        var model = new OnnxModelBuilder();
        foreach (var (name, number) in types)
            model.Input(name, number, -1).Node("Identity", [name], ["out_" + name]).Output("out_" + name, number, -1);
        return model.Build();
    }

    private void MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
