using System.Net;
using System.Text;
using System.Text.Json;
using System.Web;
using Orrery.Contracts;

namespace Orrery.Tests.Unit;

/// <summary>
/// What a copy needs of a server, in memory: MLflow's reading calls as MLflow answers them, and the import calls as
/// <c>Orrery.Contracts</c> describes them.
/// </summary>
internal sealed partial class MemoryServer
{
    private readonly Lock _lock = new();

    public Dictionary<string, Experiment> Experiments { get; } = [];

    /// <summary>Visible runs.</summary>
    public Dictionary<string, Run> Runs { get; } = [];

    public Dictionary<string, List<Metric>> Histories { get; } = [];

    public Dictionary<string, LoggedModel> LoggedModels { get; } = [];

    public Dictionary<string, RegisteredModel> Models { get; } = [];

    public Dictionary<(string Model, string Number), ModelVersion> Versions { get; } = [];

    /// <summary>By path below the store's root.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Requests answered so far.</summary>
    public int Requests { get; private set; }

    /// <summary>After so many requests the network is gone.</summary>
    public int? GoneAfter { get; set; }

    /// <summary>Answers instead of the server, for faults.</summary>
    public Func<string, string, HttpResponseMessage?>? Instead { get; set; }

    public HttpResponseMessage Answer(HttpRequestMessage request, byte[] body)
    {
        lock (_lock)
        {
            if (Requests >= GoneAfter)
                throw new HttpRequestException(HttpRequestError.ConnectionError, "The network is gone");
            Requests++;
            var path = Uri.UnescapeDataString(request.RequestUri!.AbsolutePath);
            if (Instead?.Invoke(request.Method.Method, path) is { } other)
                return other;
            var query = HttpUtility.ParseQueryString(request.RequestUri.Query);
            return path switch
            {
                _ when Below(path, "/api/2.0/mlflow-artifacts/artifacts") is { } file => Artifact(request.Method, file, query["path"], body),
                _ when Below(path, "/api/2.0/mlflow/") is { } call => Mlflow(call, query, body),
                _ when Below(path, "/api/v1/import/") is { } call => Import(request.Method, call, body),
                _ => Problem(HttpStatusCode.NotFound, "not_found", path),
            };
        }
    }

    private static string? Below(string path, string root) => path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : null;

    private static T Read<T>(byte[] body) => JsonSerializer.Deserialize(body, OrreryJson.TypeOf<T>())!;

    private static HttpResponseMessage Json<T>(T value) =>
        Text(HttpStatusCode.OK, JsonSerializer.Serialize(value, OrreryJson.Options));

    private static HttpResponseMessage Text(HttpStatusCode status, string json) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    private static HttpResponseMessage Missing(string what) =>
        Text(HttpStatusCode.NotFound, $$"""{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"{{what}} not found"}""");

    private static HttpResponseMessage Problem(HttpStatusCode status, string code, string detail) => Text(
        status, JsonSerializer.Serialize(new Problem { Status = (int)status, Code = code, Detail = detail }, OrreryJson.Options));
}
