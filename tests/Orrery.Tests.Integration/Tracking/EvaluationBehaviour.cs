using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What evaluation data sets and scorers promise, on every database.</summary>
public abstract class EvaluationBehaviour(EvaluationServer server)
{
    private readonly string _prefix = "w/t" + RandomNumberGenerator.GetHexString(20, lowercase: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_data_set_is_found_by_id_with_its_tags_and_tells_its_experiments()
    {
        var experiment = await ExperimentAsync("e");
        var made = (await PostAsync("datasets/create", new { name = "d", experiment_ids = new[] { experiment }, tags = """{"team": "ml", "mlflow.user": "ann"}""" }))["dataset"]!;

        var found = (await GetAsync($"datasets/{made["dataset_id"]}"))["dataset"]!;

        Assert.Equal([experiment], Texts(made["experiment_ids"]));
        Assert.Equal("d", Text(found, "name"));
        Assert.Equal("ann", Text(found, "created_by"));
        Assert.Equal("ml", Text(JsonNode.Parse(Text(found, "tags"))!, "team"));
        Assert.Null(found["schema"]);
        Assert.Null(found["experiment_ids"]);
        Assert.Equal([experiment], Texts((await GetAsync($"datasets/{made["dataset_id"]}/experiment-ids"))["experiment_ids"]));
    }

    [Fact]
    public async Task A_data_set_of_another_workspace_is_not_found()
    {
        var id = await DatasetAsync("d");
        using var response = await server.Client.GetAsync(new Uri($"{_prefix}x/api/3.0/mlflow/datasets/{id}", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Records_of_the_same_inputs_are_merged_whatever_the_order_of_their_keys()
    {
        var id = await DatasetAsync("d");
        var first = await UpsertAsync(id, """
            [{"inputs": {"a": 1, "b": {"x": 1, "y": 2}}, "expectations": {"answer": "old", "score": 0.5}, "tags": {"v": "1"}, "source": {"source_type": "trace", "source_data": {"trace_id": "tr-1"}}},
             {"inputs": {"a": 2}}]
            """);
        var second = await UpsertAsync(id, """
            [{"inputs": {"b": {"y": 2, "x": 1}, "a": 1}, "outputs": [1, "ü"], "expectations": {"answer": "new"}, "tags": {"w": "2", "mlflow.user": "ann"}},
             {"inputs": {"a": 3}}, {"inputs": {"a": 3}, "outputs": null}]
            """);

        var records = await RecordsAsync(id);
        var dataset = (await GetAsync($"datasets/{id}"))["dataset"]!;

        Assert.Equal((2, 0), first);
        Assert.Equal((1, 2), second);
        Assert.Equal(["1", "2", "3"], records.Select(r => r!["inputs"]!["a"]!.ToJsonString()));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"answer": "new", "score": 0.5}"""), records[0]!["expectations"]));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"v": "1", "w": "2", "mlflow.user": "ann"}"""), records[0]!["tags"]));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""[1, "ü"]"""), records[0]!["outputs"]));
        Assert.Equal("TRACE", Text(records[0]!, "source_type"));
        Assert.Equal("tr-1", Text(records[0]!, "source_id"));
        Assert.Empty(records[1]!["outputs"]!.AsObject());
        Assert.Null(records[2]!["outputs"]);
        Assert.Equal("ann", Text(dataset, "last_updated_by"));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"inputs": {"a": "integer", "b": "object"}, "outputs": "array", "expectations": {"answer": "string", "score": "float"}, "version": "1.0"}"""),
            JsonNode.Parse(Text(dataset, "schema"))));
        Assert.Equal(3, (int)JsonNode.Parse(Text(dataset, "profile"))!["num_records"]!);
    }

    [Fact]
    public async Task Every_change_of_records_changes_the_digest_and_tags_do_not()
    {
        var id = await DatasetAsync("d");
        var digests = new List<string> { await DigestAsync(id) };
        for (var i = 0; i < 3; i++)
        {
            await UpsertAsync(id, """[{"inputs": {"a": 1}}]""");
            digests.Add(await DigestAsync(id));
        }

        await SendAsync(HttpMethod.Patch, $"datasets/{id}/tags", new { tags = """{"a": "b"}""" });

        Assert.Equal(4, digests.Distinct().Count());
        Assert.Equal(digests[^1], await DigestAsync(id));
    }

    [Fact]
    public async Task Upserts_at_once_lose_nothing_and_count_each_inputs_once()
    {
        var id = await DatasetAsync("d");

        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => UpsertAsync(
            id, $$$"""[{"inputs": {"same": 1}, "tags": {"t{{{i}}}": "x"}}, {"inputs": {"own": {{{i}}}}}]""")));

        var records = await RecordsAsync(id);
        Assert.Equal(9, counts.Sum(c => c.Inserted));
        Assert.Equal(7, counts.Sum(c => c.Updated));
        Assert.Equal(9, records.Count);
        Assert.Equal(8, records.Single(r => r!["inputs"]!["same"] is not null)!["tags"]!.AsObject().Count);
    }

    [Fact]
    public async Task Records_come_in_pages_in_the_order_of_arrival()
    {
        var id = await DatasetAsync("d");
        await UpsertAsync(id, "[" + string.Join(',', Enumerable.Range(0, 25).Select(i => """{"inputs": {"i": """ + i + "}}")) + "]");

        var (seen, token, pages) = (new List<int>(), "", 0);
        do
        {
            var page = await GetAsync($"datasets/{id}/records?max_results=10&page_token={token}");
            seen.AddRange(JsonNode.Parse(Text(page, "records"))!.AsArray().Select(r => (int)r!["inputs"]!["i"]!));
            (token, pages) = ((string?)page["next_page_token"], pages + 1);
        }
        while (token is not null);

        Assert.Equal(Enumerable.Range(0, 25), seen);
        Assert.Equal(3, pages);
        await RefusedAsync(HttpMethod.Get, $"datasets/{id}/records?page_token=nonsense", null, HttpStatusCode.BadRequest, "page token");
    }

    [Fact]
    public async Task Searches_filter_by_experiment_tag_and_attribute_and_page_in_order()
    {
        var (one, two) = (await ExperimentAsync("one"), await ExperimentAsync("two"));
        await DatasetAsync("a", """{"team": "ml"}""", one);
        await DatasetAsync("b", """{"team": "data"}""", one, two);
        await DatasetAsync("c", """{"team": "ml", "mlflow.user": "ann"}""", two);

        Assert.Equal(["a", "b"], await NamesAsync(new { experiment_ids = new[] { one }, order_by = new[] { "name" } }));
        Assert.Empty(await NamesAsync(new { experiment_ids = new[] { "none" } }));
        Assert.Equal(["c", "a"], await NamesAsync(new { filter_string = "tags.team = 'ml'", order_by = new[] { "name DESC" } }));
        Assert.Equal(["c"], await NamesAsync(new { filter_string = "created_by = 'ann' AND created_time > 0" }));
        Assert.Equal(["b", "c"], await NamesAsync(new { filter_string = "name ILIKE '%'", experiment_ids = new[] { two }, order_by = new[] { "name ASC" } }));
        var first = await PostAsync("datasets/search", new { max_results = 2, order_by = new[] { "name" } });
        Assert.Equal(["c"], await NamesAsync(new { max_results = 2, order_by = new[] { "name" }, page_token = Text(first, "next_page_token") }));
        await RefusedAsync(HttpMethod.Post, "datasets/search", new { filter_string = "colour = 'red'" }, HttpStatusCode.BadRequest, "Invalid attribute key 'colour'");
        await RefusedAsync(HttpMethod.Post, "datasets/search", new { max_results = 50_001 }, HttpStatusCode.BadRequest, "max_results");
    }

    [Fact]
    public async Task Tags_are_merged_and_a_null_leaves_what_there_is()
    {
        var id = await DatasetAsync("d", """{"a": "1", "b": "2"}""");
        await SendAsync(HttpMethod.Patch, $"datasets/{id}/tags", new { tags = """{"a": null, "b": 3, "c/d": "4", "e/f": "5"}""" });
        await SendAsync(HttpMethod.Delete, $"datasets/{id}/tags/a");
        Assert.Equal("""{"b":"3","c/d":"4","e/f":"5"}""", await TagsAsync(id));
        await SendAsync(HttpMethod.Delete, $"datasets/{id}/tags/c/d");
        await SendAsync(HttpMethod.Delete, $"datasets/{id}/tags/e%2Ff");
        await SendAsync(HttpMethod.Delete, $"datasets/{id}/tags/never");
        Assert.Equal("""{"b":"3"}""", await TagsAsync(id));
    }

    [Fact]
    public async Task Experiments_are_added_and_removed_idempotently_but_must_exist()
    {
        var (one, two) = (await ExperimentAsync("one"), await ExperimentAsync("two"));
        var id = await DatasetAsync("d", null, one);

        await PostAsync($"datasets/{id}/add-experiments", new { experiment_ids = new[] { one, two } });
        Assert.Equal([one, two], await ExperimentsAsync(id));
        await PostAsync($"datasets/{id}/remove-experiments", new { experiment_ids = new[] { one, "999" } });
        Assert.Equal([two], await ExperimentsAsync(id));
        await RefusedAsync(HttpMethod.Post, $"datasets/{id}/add-experiments", new { experiment_ids = new[] { one, "999" } }, HttpStatusCode.NotFound, "No Experiment with id=999");
        await RefusedAsync(HttpMethod.Post, "datasets/create", new { name = "x", experiment_ids = new[] { "999" } }, HttpStatusCode.NotFound, "No Experiment with id=999");
        Assert.Equal([two], await ExperimentsAsync(id));
    }

    [Fact]
    public async Task A_deleted_data_set_is_gone_with_its_records_and_may_be_deleted_again()
    {
        var id = await DatasetAsync("d", """{"a": "b"}""", await ExperimentAsync("e"));
        await UpsertAsync(id, """[{"inputs": {"a": 1}}]""");

        await SendAsync(HttpMethod.Delete, $"datasets/{id}");
        await SendAsync(HttpMethod.Delete, $"datasets/{id}");

        const string Words = "not found";
        Assert.Empty(await ExperimentsAsync(id));
        await RefusedAsync(HttpMethod.Get, $"datasets/{id}", null, HttpStatusCode.NotFound, Words);
        await RefusedAsync(HttpMethod.Get, $"datasets/{id}/records", null, HttpStatusCode.NotFound, Words);
        await RefusedAsync(HttpMethod.Post, $"datasets/{id}/records", new { records = "[]" }, HttpStatusCode.NotFound, Words);
        await RefusedAsync(HttpMethod.Patch, $"datasets/{id}/tags", new { tags = "{}" }, HttpStatusCode.NotFound, Words);
        await RefusedAsync(HttpMethod.Post, $"datasets/{id}/add-experiments", new { experiment_ids = new[] { "0" } }, HttpStatusCode.NotFound, Words);
        await RefusedAsync(HttpMethod.Post, $"datasets/{id}/remove-experiments", new { experiment_ids = new[] { "0" } }, HttpStatusCode.NotFound, Words);
    }

    [Theory]
    [InlineData("nonsense", "JSON")]
    [InlineData("{}", "array")]
    [InlineData("[1]", "records[0]")]
    [InlineData("[{}, {\"inputs\": []}]", "records[1].inputs")]
    [InlineData("[{\"tags\": \"x\"}]", "records[0].tags")]
    [InlineData("[{\"inputs\": {\"a\": 1, \"a\": 2}}]", "JSON")]
    [InlineData("[{\"inputs\": {\"a\": NaN}}]", "JSON")]
    [InlineData("[{\"source\": {\"source_type\": \"RUMOUR\"}}]", "RUMOUR")]
    public async Task Records_that_are_none_are_refused_and_nothing_is_written(string records, string words)
    {
        var id = await DatasetAsync("d");
        await RefusedAsync(HttpMethod.Post, $"datasets/{id}/records", new { records }, HttpStatusCode.BadRequest, words);
        Assert.Empty(await RecordsAsync(id));
    }

    [Fact]
    public async Task Names_and_tags_have_limits()
    {
        await RefusedAsync(HttpMethod.Post, "datasets/create", new { }, HttpStatusCode.BadRequest, "name");
        await RefusedAsync(HttpMethod.Post, "datasets/create", new { name = new string('x', 256) }, HttpStatusCode.BadRequest, "255");
        await RefusedAsync(HttpMethod.Post, "datasets/create", new { name = "d", tags = "[]" }, HttpStatusCode.BadRequest, "tags");
        await RefusedAsync(HttpMethod.Post, "datasets/create", new { name = "d", tags = $$"""{"{{new string('k', 251)}}": ""}""" }, HttpStatusCode.BadRequest, "250");
    }

    [Theory]
    [InlineData("3.0")]
    [InlineData("2.0")]
    public async Task Scorers_have_versions_and_their_numbers_do_not_come_back(string api)
    {
        var experiment = await ExperimentAsync("e");
        async Task<JsonNode> RegisterAsync(string name, string text) =>
            await SendAsync(HttpMethod.Post, "scorers/register", new { experiment_id = experiment, name, serialized_scorer = text }, api);
        async Task<string> LatestAsync() => Text((await SendAsync(HttpMethod.Get, $"scorers/get?experiment_id={experiment}&name=b", api: api))["scorer"]!, "serialized_scorer");

        var first = await RegisterAsync("b", "b1");
        await RegisterAsync("a", "a1");
        var second = await RegisterAsync("b", "b2");

        Assert.Equal(Text(first, "scorer_id"), Text(second, "scorer_id"));
        Assert.Equal("b2", await LatestAsync());
        Assert.Equal(["a1", "b2"], (await SendAsync(HttpMethod.Get, $"scorers/list?experiment_id={experiment}", api: api))["scorers"]!.AsArray().Select(s => Text(s!, "serialized_scorer")));
        Assert.Equal([1, 2], (await SendAsync(HttpMethod.Get, $"scorers/versions?experiment_id={experiment}&name=b", api: api))["scorers"]!.AsArray().Select(s => (int)s!["scorer_version"]!));

        await SendAsync(HttpMethod.Delete, "scorers/delete", new { experiment_id = experiment, name = "b", version = 2 }, api);
        Assert.Equal("b1", await LatestAsync());
        Assert.Equal(3, (int)(await RegisterAsync("b", "b3"))["version"]!);

        await SendAsync(HttpMethod.Delete, "scorers/delete", new { experiment_id = experiment, name = "b" }, api);
        await RefusedAsync(HttpMethod.Get, $"scorers/get?experiment_id={experiment}&name=b", null, HttpStatusCode.NotFound, "Scorer with name 'b' not found for experiment");
        Assert.Equal(1, (int)(await RegisterAsync("b", "again"))["version"]!);
    }

    [Fact]
    public async Task Registering_a_scorer_at_once_gives_each_a_number_of_its_own()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
            (int)(await PostAsync("scorers/register", new { experiment_id = "0", name = "s", serialized_scorer = $"{i}" }))["version"]!));
        Assert.Equal(Enumerable.Range(1, 10), versions.Order());
    }

    [Fact]
    public async Task Scorers_that_are_not_there_are_refused_and_so_are_deleted_experiments()
    {
        var experiment = await ExperimentAsync("e");
        await PostAsync("scorers/register", new { experiment_id = experiment, name = "s", serialized_scorer = "x" });

        await RefusedAsync(HttpMethod.Get, $"scorers/get?experiment_id={experiment}&name=s&version=9", null, HttpStatusCode.NotFound, "'s' and version 9 not found");
        await RefusedAsync(HttpMethod.Get, $"scorers/versions?experiment_id={experiment}&name=t", null, HttpStatusCode.NotFound, "'t' not found");
        await RefusedAsync(HttpMethod.Delete, "scorers/delete", new { experiment_id = experiment, name = "s", version = 9 }, HttpStatusCode.NotFound, "version 9");
        await RefusedAsync(HttpMethod.Get, "scorers/list?experiment_id=999", null, HttpStatusCode.NotFound, "No Experiment with id=999");
        await RefusedAsync(HttpMethod.Post, "scorers/register", new { experiment_id = experiment, name = "s" }, HttpStatusCode.BadRequest, "serialized_scorer");
        await SendAsync(HttpMethod.Post, "experiments/delete", new { experiment_id = experiment }, "2.0");
        await RefusedAsync(HttpMethod.Get, $"scorers/list?experiment_id={experiment}", null, HttpStatusCode.BadRequest, "'active' state");
    }

    [Theory]
    [InlineData("GET", "traces/tr-1")]
    [InlineData("POST", "traces/search")]
    [InlineData("POST", "traces")]
    public async Task Traces_are_answered_as_a_server_without_them_would(string method, string path)
    {
        var answer = await RefusedAsync(new HttpMethod(method), path, method == "POST" ? new { } : null, HttpStatusCode.NotFound, "");
        Assert.Equal("ENDPOINT_NOT_FOUND", Text(answer, "error_code"));
    }

    private static string Text(JsonNode node, string name) => (string)node[name]!;

    private static string[] Texts(JsonNode? list) => list is null ? [] : [.. list.AsArray().Select(item => (string)item!)];

    private async Task<string> ExperimentAsync(string name) => Text(await SendAsync(HttpMethod.Post, "experiments/create", new { name }, "2.0"), "experiment_id");

    private async Task<string> DatasetAsync(string name, string? tags = null, params string[] experiments) =>
        Text((await PostAsync("datasets/create", new { name, tags, experiment_ids = experiments }))["dataset"]!, "dataset_id");

    private async Task<(int Inserted, int Updated)> UpsertAsync(string id, string records)
    {
        var counts = await PostAsync($"datasets/{id}/records", new { records });
        return ((int)counts["inserted_count"]!, (int)counts["updated_count"]!);
    }

    private async Task<JsonArray> RecordsAsync(string id) => JsonNode.Parse(Text(await GetAsync($"datasets/{id}/records"), "records"))!.AsArray();

    private async Task<string> DigestAsync(string id) => Text((await GetAsync($"datasets/{id}"))["dataset"]!, "digest");

    private async Task<string> TagsAsync(string id) => Text((await GetAsync($"datasets/{id}"))["dataset"]!, "tags");

    private async Task<string[]> ExperimentsAsync(string id) => Texts((await GetAsync($"datasets/{id}/experiment-ids"))["experiment_ids"]);

    private async Task<List<string>> NamesAsync(object search) =>
        [.. ((await PostAsync("datasets/search", search))["datasets"]?.AsArray() ?? []).Select(d => Text(d!, "name"))];

    private Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    private Task<JsonNode> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body = null, string api = "3.0")
    {
        var (status, answer) = await AskAsync(method, path, body, api);
        Assert.True(status is HttpStatusCode.OK, $"{method} {path}: {status} {answer.ToJsonString()}");
        return answer;
    }

    private async Task<JsonNode> RefusedAsync(HttpMethod method, string path, object? body, HttpStatusCode expected, string words)
    {
        var (status, answer) = await AskAsync(method, path, body, "3.0");
        Assert.Equal(expected, status);
        Assert.Contains(words, Text(answer, "message"), StringComparison.Ordinal);
        return answer;
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> AskAsync(HttpMethod method, string path, object? body, string api)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{_prefix}/api/{api}/mlflow/{path}", UriKind.Relative))
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        using var response = await server.Client.SendAsync(request, Cancel);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!);
    }
}
