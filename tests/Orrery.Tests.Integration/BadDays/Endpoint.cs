using System.Text.Json.Nodes;

namespace Orrery.Tests.Integration;

/// <summary>An endpoint that takes a JSON body, with a body that it accepts and that names each of its fields.</summary>
internal sealed record Endpoint(string Method, string Path, string Body)
{
    /// <summary>All of MLflow's endpoints with a body. Those that delete come last, so that the others find what they need.</summary>
    public static IReadOnlyList<Endpoint> All(string run, string model) =>
    [
        Post("experiments/create", """{"name":"e","artifact_location":"s3://b/p","tags":[{"key":"k","value":"v"}]}"""),
        Post("experiments/search", """{"max_results":5,"filter":"name = 'x'","order_by":["name"],"view_type":"ALL","page_token":""}"""),
        Post("experiments/update", """{"experiment_id":"1","new_name":"n"}"""),
        Post("experiments/set-experiment-tag", """{"experiment_id":"0","key":"k","value":"v"}"""),
        Post("experiments/delete-experiment-tag", """{"experiment_id":"0","key":"k"}"""),
        Post("experiments/search-datasets", """{"experiment_ids":["0"]}"""),
        Post("runs/create", """{"experiment_id":"0","user_id":"u","run_name":"r","start_time":1,"tags":[{"key":"k","value":"v"}]}"""),
        Post("runs/update", $$"""{"run_id":"{{run}}","run_uuid":"{{run}}","status":"RUNNING","end_time":5,"run_name":"n"}"""),
        Post("runs/log-metric", $$"""{"run_id":"{{run}}","key":"m","value":1.5,"timestamp":1,"step":1,"model_id":"{{model}}","dataset_name":"d","dataset_digest":"x"}"""),
        Post("runs/log-parameter", $$"""{"run_id":"{{run}}","key":"p","value":"v"}"""),
        Post("runs/set-tag", $$"""{"run_id":"{{run}}","key":"t","value":"v"}"""),
        Post("runs/delete-tag", $$"""{"run_id":"{{run}}","key":"t"}"""),
        Post("runs/log-batch", $$"""
            {"run_id":"{{run}}","metrics":[{"key":"m","value":1,"timestamp":1,"step":1,"model_id":"{{model}}","dataset_name":"d","dataset_digest":"x"}],
             "params":[{"key":"q","value":"v"}],"tags":[{"key":"t","value":"v"}]}
            """),
        Post("runs/log-inputs", $$$"""
            {"run_id":"{{{run}}}","datasets":[{"tags":[{"key":"mlflow.data.context","value":"train"}],
              "dataset":{"name":"d","digest":"x","source_type":"local","source":"s","schema":"{}","profile":"{}"}}],"models":[{"model_id":"{{{model}}}"}]}
            """),
        Post("runs/outputs", $$"""{"run_id":"{{run}}","models":[{"model_id":"{{model}}","step":1}]}"""),
        Post("runs/log-model", $$$"""{"run_id":"{{{run}}}","model_json":"{\"artifact_path\":\"m\",\"run_id\":\"{{{run}}}\",\"utc_time_created\":\"2026-01-01\",\"flavors\":{}}"}"""),
        Post("runs/search", """{"experiment_ids":["0"],"filter":"metrics.m > 1","run_view_type":"ALL","max_results":5,"order_by":["metrics.m DESC"],"page_token":""}"""),
        Post("logged-models", $$"""{"experiment_id":"0","name":"lm","model_type":"t","source_run_id":"{{run}}","params":[{"key":"k","value":"v"}],"tags":[{"key":"k","value":"v"}]}"""),
        Post("logged-models/search", """
            {"experiment_ids":["0"],"filter":"name = 'x'","datasets":[{"dataset_name":"d","dataset_digest":"x"}],"max_results":5,
             "order_by":[{"field_name":"metrics.m","ascending":true,"dataset_name":"d","dataset_digest":"x"}],"page_token":""}
            """),
        Post($"logged-models/{model}/params", """{"params":[{"key":"k2","value":"v"}]}"""),
        new("PATCH", $"logged-models/{model}/tags", """{"tags":[{"key":"k","value":"v"}]}"""),
        new("PATCH", $"logged-models/{model}", """{"status":"LOGGED_MODEL_READY"}"""),
        Post("registered-models/create", """{"name":"rm","description":"d","tags":[{"key":"k","value":"v"}]}"""),
        Post("registered-models/rename", """{"name":"rm","new_name":"rm"}"""),
        new("PATCH", "registered-models/update", """{"name":"fixed","description":"d"}"""),
        Post("registered-models/get-latest-versions", """{"name":"fixed","stages":["None"]}"""),
        Post("registered-models/set-tag", """{"name":"fixed","key":"k","value":"v"}"""),
        new("DELETE", "registered-models/delete-tag", """{"name":"fixed","key":"k"}"""),
        Post("registered-models/alias", """{"name":"fixed","alias":"a","version":"1"}"""),
        new("DELETE", "registered-models/alias", """{"name":"fixed","alias":"a"}"""),
        Post("model-versions/create", $$"""
            {"name":"fixed","source":"mlflow-artifacts:/0/{{run}}/artifacts/m","run_id":"{{run}}","run_link":"l","description":"d","model_id":"{{model}}","tags":[{"key":"k","value":"v"}]}
            """),
        new("PATCH", "model-versions/update", """{"name":"fixed","version":"1","description":"d"}"""),
        Post("model-versions/transition-stage", """{"name":"fixed","version":"1","stage":"Staging","archive_existing_versions":true}"""),
        Post("model-versions/set-tag", """{"name":"fixed","version":"1","key":"k","value":"v"}"""),
        new("DELETE", "model-versions/delete-tag", """{"name":"fixed","version":"1","key":"k"}"""),
        Artifacts("mpu/create/a/b", """{"path":"f","num_parts":2}"""),
        Artifacts("mpu/complete/a/b", """{"path":"f","upload_id":"u","parts":[{"part_number":1,"etag":"e","url":"http://x"}]}"""),
        Artifacts("mpu/abort/a/b", """{"path":"f","upload_id":"u"}"""),
        new("DELETE", "model-versions/delete", """{"name":"fixed","version":"2"}"""),
        new("DELETE", "registered-models/delete", """{"name":"rm"}"""),
        Post("runs/delete", """{"run_id":"0"}"""),
        Post("runs/restore", """{"run_id":"0"}"""),
        Post("experiments/delete", """{"experiment_id":"1"}"""),
        Post("experiments/restore", """{"experiment_id":"1"}"""),
    ];

    /// <summary>The body with one of its values replaced, for each value at any depth.</summary>
    public IEnumerable<(string Field, string Body)> With(string replacement) => Places(JsonNode.Parse(Body)!, "").Select(path => (path, Replace(path, replacement)));

    /// <summary>The texts among the body's values, at any depth.</summary>
    public IEnumerable<string> Texts() => Places(JsonNode.Parse(Body)!, "").Where(path => At(JsonNode.Parse(Body)!, path) is JsonValue value && value.TryGetValue<string>(out _));

    public string Replace(string path, string replacement)
    {
        const string mark = "\"@here@\"";
        var root = JsonNode.Parse(Body)!;
        var end = path.LastIndexOf('/');
        var (parent, name) = (At(root, path[..end]), path[(end + 1)..]);
        if (parent is JsonArray array)
            array[int.Parse(name, provider: null)] = "@here@";
        else
            parent[name] = "@here@";
        // As text, since a replacement need not be what a JSON library would write.
        return root.ToJsonString().Replace(mark, replacement, StringComparison.Ordinal);
    }

    private static Endpoint Post(string path, string body) => new("POST", path, body);

    private static Endpoint Artifacts(string path, string body) => new("POST", "../mlflow-artifacts/" + path, body);

    private static JsonNode At(JsonNode node, string path)
    {
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            node = (node is JsonArray array ? array[int.Parse(part, provider: null)] : node[part])!;
        return node;
    }

    private static IEnumerable<string> Places(JsonNode node, string path)
    {
        IEnumerable<(string Name, JsonNode? Value)> members = node switch
        {
            JsonObject o => o.Select(static m => (m.Key, m.Value)),
            JsonArray a => a.Select(static (item, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), item)),
            _ => [],
        };
        foreach (var (name, value) in members)
        {
            yield return $"{path}/{name}";
            foreach (var deeper in Places(value!, $"{path}/{name}"))
                yield return deeper;
        }
    }
}
