using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orrery.Testing;

namespace Orrery.Tests.Unit;

/// <summary>
/// A server that is nothing but its description: it answers what <c>docs/api/openapi.json</c> says an operation answers, filled with values that
/// are the same each time, and notes every request that the description does not allow: a path, a method, a query or a body that is not in it.
/// </summary>
internal sealed partial class ContractServer : HttpMessageHandler
{
    private const int MostRequests = 60;
    private static readonly JsonObject Description = JsonNode.Parse(File.ReadAllText(Repository.PathOf("docs", "api", "openapi.json")))!.AsObject();
    private static readonly List<(Regex Path, string Template, JsonObject Methods)> Paths = ReadPaths();
    private readonly SchemaSample _sample = new(Description["components"]!["schemas"]!.AsObject());
    private int _requests;

    /// <summary>Every operation that there is, as <c>GET /api/v1/jobs</c>.</summary>
    public static IEnumerable<(string Name, JsonObject Operation)> Operations =>
        Paths.SelectMany(static path => path.Methods
            .Where(static method => method.Key is "get" or "post" or "put" or "delete" or "patch")
            .Select(method => ($"{method.Key.ToUpperInvariant()} {path.Template}", method.Value!.AsObject())));

    /// <summary>What was asked, as the description names it.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>What was asked and may not be.</summary>
    public List<string> Breaches { get; } = [];

    /// <summary>Fields that have a value of their own in this server's answers.</summary>
    public Dictionary<string, string> Values => _sample.Values;

    /// <summary>Fields that are absent in this server's answers.</summary>
    public HashSet<string> Without => _sample.Without;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // A verb that waits for what never comes would go on for ever.
        if (Interlocked.Increment(ref _requests) > MostRequests)
            throw new InvalidOperationException($"It does not end: {request.Method} {request.RequestUri!.AbsolutePath} again and again.");
        var path = WithoutWorkspace(request.RequestUri!.AbsolutePath);
        var body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var method = request.Method.Method.ToLowerInvariant();
        if (path is "/version")
            return Text(HttpStatusCode.OK, "3.6.0", "text/plain");
        var found = Paths.Where(one => one.Path.IsMatch(path) && one.Methods.ContainsKey(method)).OrderBy(static one => one.Template.Count(static c => c is '{')).FirstOrDefault();
        if (found.Template is null)
        {
            // What models are asked is the inference protocols' to describe.
            if (!Inference.IsMatch(path))
                return Refuse($"{request.Method} {path} is no operation of the API.");
            Asked.Add($"{request.Method} {path}");
            return Text(HttpStatusCode.OK, """{"predictions":[0.5]}""", "application/json");
        }

        Asked.Add($"{request.Method} {found.Template}");
        var operation = found.Methods[method]!.AsObject();
        CheckQuery(request.RequestUri!, operation, found.Template);
        var paged = request.RequestUri!.Query.Contains("page_token=", StringComparison.Ordinal) || (body is not null && Encoding.UTF8.GetString(body).Contains("\"page_token\"", StringComparison.Ordinal));
        if (body is { Length: > 0 } && request.Content!.Headers.ContentType?.MediaType is "application/json")
            CheckBody(JsonNode.Parse(body), operation, found.Template);
        return Answer(operation, paged);
    }

    private HttpResponseMessage Answer(JsonObject operation, bool paged)
    {
        var responses = operation["responses"]!.AsObject();
        var (status, response) = responses.FirstOrDefault(static one => one.Key.StartsWith('2'));
        if (response is null)
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        var content = response!["content"]?.AsObject();
        if (content is null || content.Count is 0)
            return new HttpResponseMessage((HttpStatusCode)int.Parse(status));
        var (type, media) = content.FirstOrDefault(static one => one.Key is "application/json") is { Value: not null } json ? json : content.First();
        var schema = media?["schema"];
        return type is "application/json" && schema is not null
            ? Text((HttpStatusCode)int.Parse(status), _sample.Of(schema, paged)?.ToJsonString() ?? "null", type)
            : Text((HttpStatusCode)int.Parse(status), "text of the server\n", type);
    }

    private void CheckQuery(Uri url, JsonObject operation, string template)
    {
        var known = (operation["parameters"]?.AsArray() ?? []).Where(static one => (string?)one!["in"] is "query").Select(static one => (string)one!["name"]!).ToHashSet();
        var sent = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(static one => Uri.UnescapeDataString(one.Split('=')[0]));
        Breaches.AddRange(known.Count is 0 && IsUntold(template) ? [] : sent.Where(name => !known.Contains(name)).Select(name => $"{template} takes no query '{name}'."));
    }

    private void CheckBody(JsonNode? body, JsonObject operation, string template)
    {
        if (operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } schema)
            Breaches.AddRange(_sample.Problems(body, schema).Select(problem => $"{template}: {problem}"));
        else if (!IsUntold(template))
            Breaches.Add($"{template} takes no body.");
    }

    // MLflow's operations are described by MLflow, and those of features read their bodies and queries themselves.
    private static bool IsUntold(string template) => !template.StartsWith("/api/v1", StringComparison.Ordinal) || template.StartsWith("/api/v1/features", StringComparison.Ordinal);

    private HttpResponseMessage Refuse(string breach)
    {
        Breaches.Add(breach);
        return Text(HttpStatusCode.NotFound, """{"code":"contract","detail":"no such operation"}""", "application/problem+json");
    }

    private static HttpResponseMessage Text(HttpStatusCode status, string text, string type) => new(status) { Content = new StringContent(text, Encoding.UTF8, type) };

    private static string WithoutWorkspace(string path) => Workspace.Replace(path, "/");

    private static List<(Regex Path, string Template, JsonObject Methods)> ReadPaths() => [.. Description["paths"]!.AsObject().Select(static one => (
        new Regex("^" + Parameter.Replace(Regex.Escape(one.Key).Replace("\\{", "{", StringComparison.Ordinal), match => match.Value is "{path}" or "{file}" or "{key}" ? ".+" : "[^/]+") + "$"),
        one.Key,
        one.Value!.AsObject()))];

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter { get; }

    [GeneratedRegex("^/w/[^/]+/")]
    private static partial Regex Workspace { get; }

    [GeneratedRegex("^/([^/]+/)?v[12]/models/")]
    private static partial Regex Inference { get; }
}
