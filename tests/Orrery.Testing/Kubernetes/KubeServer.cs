using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orrery.Testing;

/// <summary>
/// The part of a Kubernetes API server that targets use, in this process: server-side apply with owners of fields, resource versions, the real schema of
/// InferenceServices, bearer tokens, and a status that tests walk on.
/// </summary>
public sealed class KubeServer : IAsyncDisposable
{
    private const string Group = "/apis/serving.kserve.io/v1beta1";
    private static readonly JsonObject Schema = (JsonObject)JsonNode.Parse(File.ReadAllText(Repository.PathOf("tests", "Orrery.Testing", "Kubernetes", "schemas", "inferenceservice_v1beta1.json")))!;

    private readonly WebApplication _app;
    private readonly Dictionary<string, JsonObject> _objects = [];
    private readonly Dictionary<string, Dictionary<string, string>> _owners = [];
    private long _version;

    private KubeServer(WebApplication app) => _app = app;

    /// <summary>Address.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>The token that callers need.</summary>
    public string Token { get; } = "cluster-secret";

    /// <summary>Answers of 503 that come before the next real one.</summary>
    public int Failures { get; set; }

    /// <summary>Applies that were taken.</summary>
    public int Applied { get; private set; }

    /// <summary>Starts one.</summary>
    public static async Task<KubeServer> StartAsync(CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new KubeServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync(cancel);
        return server;
    }

    /// <summary>An object as it is; null for none.</summary>
    public JsonObject? Find(string space, string name) => _objects.GetValueOrDefault($"{space}/{name}");

    /// <summary>Has another manager own fields, as if it had applied them.</summary>
    public void Own(string space, string name, string field, string manager) => _owners[$"{space}/{name}"][field] = manager;

    /// <summary>What KServe's controller would write.</summary>
    public void SetStatus(string space, string name, JsonObject status)
    {
        var found = _objects[$"{space}/{name}"];
        status["observedGeneration"] = found["metadata"]!["generation"]!.DeepClone();
        found["status"] = status;
        found["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (Failures > 0)
        {
            Failures--;
            await SayAsync(context, 503, new JsonObject { ["message"] = "etcd is away" });
            return;
        }

        if (context.Request.Headers.Authorization != "Bearer " + Token)
            await SayAsync(context, 401, new JsonObject { ["message"] = "Unauthorized" });
        else if (path == Group)
            await SayAsync(context, 200, new JsonObject { ["resources"] = new JsonArray(new JsonObject { ["name"] = "inferenceservices" }) });
        else if (path.Split('/') is ["", "apis", _, _, "namespaces", var space, "inferenceservices", var name])
            await ObjectAsync(context, $"{space}/{name}");
        else
            await SayAsync(context, 404, new JsonObject { ["message"] = "the server could not find the requested resource" });
    }

    private async Task ObjectAsync(HttpContext context, string key)
    {
        if (context.Request.Method == "PATCH")
        {
            await ApplyAsync(context, key);
            return;
        }

        if (!_objects.TryGetValue(key, out var found))
        {
            await SayAsync(context, 404, new JsonObject { ["message"] = "not found" });
            return;
        }

        if (context.Request.Method == "DELETE")
        {
            _objects.Remove(key);
            _owners.Remove(key);
        }

        await SayAsync(context, 200, found);
    }

    private async Task ApplyAsync(HttpContext context, string key)
    {
        var manager = context.Request.Query["fieldManager"].ToString();
        using var reader = new StreamReader(context.Request.Body);
        var asked = (JsonObject)JsonNode.Parse(await reader.ReadToEndAsync(context.RequestAborted))!;
        var faults = new List<string>();
        Check(asked, Schema, "", faults);
        if (context.Request.ContentType != "application/apply-patch+yaml" || manager.Length == 0 || faults.Count > 0)
        {
            await SayAsync(context, 422, new JsonObject { ["message"] = string.Join("; ", faults) });
            return;
        }

        var owners = _owners.TryGetValue(key, out var known) ? known : _owners[key] = [];
        var now = _objects.GetValueOrDefault(key);
        var wanted = Leaves(asked["spec"]!, ".spec").ToDictionary();
        var there = now is null ? [] : Leaves(now["spec"]!, ".spec").ToDictionary();
        var conflicts = wanted.Where(one => owners.GetValueOrDefault(one.Key) is { } owner && owner != manager && there.GetValueOrDefault(one.Key) != one.Value).ToList();
        if (conflicts.Count > 0)
        {
            var causes = conflicts.Select(one => (JsonNode)new JsonObject { ["reason"] = "FieldManagerConflict", ["message"] = $"conflict with \"{owners[one.Key]}\"", ["field"] = one.Key }).ToArray();
            await SayAsync(context, 409, new JsonObject { ["message"] = "Apply failed", ["details"] = new JsonObject { ["causes"] = new JsonArray(causes) } });
            return;
        }

        var generation = (long?)now?["metadata"]?["generation"] ?? 0;
        var made = (JsonObject)asked.DeepClone();
        made["metadata"]!["generation"] = now is not null && JsonNode.DeepEquals(now["spec"], made["spec"]) ? generation : generation + 1;
        made["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        made["status"] = now?["status"]?.DeepClone();
        _objects[key] = made;
        foreach (var field in wanted.Keys)
            owners.TryAdd(field, manager);
        Applied++;
        await SayAsync(context, now is null ? 201 : 200, made);
    }

    private static IEnumerable<KeyValuePair<string, string>> Leaves(JsonNode node, string path) => node switch
    {
        JsonObject mapping => mapping.Where(static one => one.Value is not null).SelectMany(one => Leaves(one.Value!, $"{path}.{one.Key}")),
        _ => [KeyValuePair.Create(path, node.ToJsonString())],
    };

    private static void Check(JsonNode? node, JsonObject schema, string path, List<string> faults)
    {
        switch (node)
        {
            case JsonObject mapping when (string?)schema["type"] is "object" or null:
                foreach (var name in schema["required"] as JsonArray ?? [])
                {
                    if (!mapping.ContainsKey((string)name!))
                        faults.Add($"{path}.{name}: Required value");
                }

                foreach (var (key, value) in mapping)
                {
                    if (schema["properties"]?[key] is JsonObject known)
                        Check(value, known, $"{path}.{key}", faults);
                    else if (schema["additionalProperties"] is JsonValue)
                        faults.Add($"{path}.{key}: unknown field");
                }

                return;
            case JsonArray list when (string?)schema["type"] is "array":
                foreach (var item in list)
                    Check(item, (JsonObject)schema["items"]!, path + "[]", faults);
                return;
            case JsonValue value when (string?)schema["type"] is { } type && schema["x-kubernetes-int-or-string"] is null:
                var kind = value.GetValueKind();
                if ((type is "string" && kind is not System.Text.Json.JsonValueKind.String) || (type is "integer" or "number" && kind is not System.Text.Json.JsonValueKind.Number) || type is "object" or "array")
                    faults.Add($"{path}: must be of type {type}");
                return;
        }
    }

    private static async Task SayAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
