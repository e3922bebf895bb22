using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Bodies that no client should send. A 400 in MLflow's shape, never a 500: clients repeat those for minutes.</summary>
public sealed class MalformedTests(HostileServers servers) : IClassFixture<HostileServers>
{
    private static readonly string[] WrongValues =
    [
        "null", "true", "false", "0", "-1", "1.5", "-0.0", "1e400", "-1e400", "1e-400", "123456789012345678901234567890", "9223372036854775807",
        "-9223372036854775808", "\"\"", "\" \"", "\"x\"", "\"-1\"", "\"NaN\"", "\"nan\"", "\"Infinity\"", "\"-inf\"", "\"1e400\"", "\"9223372036854775808\"",
        "\"\\ud83d\\ude80\"", "\"\\uffff\\ufffe\"", "\"'; drop table trk_run; --\"", "\"%s%n{0}${x}\"", "[]", "{}", "[[]]", "[null]", "[1]", "[\"x\"]", "[{}]",
        "[{\"key\":1,\"value\":{}}]", "{\"key\":\"k\"}", "{\"a\":{\"b\":[{}]}}",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_value_of_the_wrong_type_in_any_field_is_no_server_error(bool postgres)
    {
        var server = await servers.OnAsync(postgres);
        var bad = await EachAsync(server, endpoint => WrongValues.SelectMany(endpoint.With)
            .Select(with => (Encoding.UTF8.GetBytes(with.Body), $"{with.Field}: {with.Body}")));
        Bad.None(bad);
        await StillWorksAsync(server);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_missing_or_doubled_field_is_no_server_error(bool postgres)
    {
        var server = await servers.OnAsync(postgres);
        var bad = await EachAsync(server, MissingAndDoubled);
        Bad.None(bad);
        await StillWorksAsync(server);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Text_that_no_database_keeps_is_a_400_in_every_field(bool postgres)
    {
        var server = await servers.OnAsync(postgres);
        var bad = await EachAsync(server, Unkeepable, expected: 400);
        Bad.None(bad);
        await StillWorksAsync(server);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Text_that_no_database_keeps_is_refused_in_queries_and_paths_too(bool postgres)
    {
        var server = await servers.OnAsync(postgres);
        var bad = new List<string>();
        var run = await server.Client.CreateRunAsync(Cancel);
        string[] paths =
        [
            "experiments/get?experiment_id=@", "experiments/get-by-name?experiment_name=@", "experiments/search?max_results=5&filter=name%3D'@'",
            "experiments/search?max_results=5&order_by=@", "experiments/search?max_results=5&page_token=@", "runs/get?run_id=@", "runs/get?run_uuid=@",
            "metrics/get-history?run_id=@&metric_key=m", $"metrics/get-history?run_id={run}&metric_key=@", $"metrics/get-history?run_id={run}&metric_key=m&page_token=@",
            $"metrics/get-history-bulk-interval?run_ids={run}&metric_key=@", "metrics/get-history-bulk-interval?run_ids=@&metric_key=m",
            $"artifacts/list?run_id={run}&path=@", "artifacts/list?run_id=@", "logged-models/@", "logged-models/@/artifacts/directories",
            "registered-models/get?name=@", "registered-models/search?filter=name%3D'@'", "registered-models/search?page_token=@", "registered-models/alias?name=x&alias=@",
            "model-versions/get?name=@&version=1", "model-versions/get?name=x&version=@", "model-versions/search?filter=name%3D'@'", "model-versions/get-download-uri?name=@&version=1",
        ];
        foreach (var path in paths)
        {
            // NUL, lone surrogates and other bytes that are no UTF-8, and what only looks like it.
            foreach (var text in new[] { "%00", "a%00b", "%ed%a0%80", "%c3%28", "%ff", "%", "%u0000", "%2500", "\\u0000" })
            {
                foreach (var root in new[] { Calls.Api, "ajax-api/2.0/mlflow/" })
                {
                    var answer = await RawHttp.SendAsync(server.Port, "GET", "/" + root + path.Replace("@", text, StringComparison.Ordinal), body: null, Cancel);
                    if (answer.Status is not (200 or 400 or 404))
                        bad.Add($"{path} {text}: {answer.Status} {answer.Body}");
                }
            }
        }

        var get = await RawHttp.SendAsync(server.Port, "GET", $"/get-artifact?run_id={run}&path=%00", body: null, Cancel);
        Assert.Equal(400, get.Status);
        Bad.None(bad);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Page_tokens_of_others_are_a_400(bool postgres)
    {
        var server = await servers.OnAsync(postgres);
        string[] tokens =
        [
            "x", "====", "eyJvZmZzZXQiOjF9", Token("[]"), Token("[1]"), Token("[\"a\",\"b\"]"), Token("[\"\\u0000\",\"\\u0000\"]"), Token("[1,\"\\u0000\"]"),
            Token("[\"\\ud800\",\"a\"]"), Token("[1,\"\\ud800\"]"), Token("[null,null]"), Token("[[1],[2]]"), Token("[[9221120237041090560],\"a\"]"), Token("[1e400,1]"),
            Token("[9223372036854775807,\"a\"]"), Token("[1,2,3]"), Token("{\"a\":1}"), Token("[" + new string('[', 100)), new string('A', 9000), "\u00e9",
        ];
        var bad = new List<string>();
        foreach (var token in tokens)
        {
            foreach (var order in new[] { "start_time DESC", "metrics.m", "tags.t", "attributes.end_time" })
            {
                var runs = await server.Client.PostAsync("runs/search", new { experiment_ids = new[] { "0" }, order_by = new[] { order }, page_token = token }, Cancel);
                bad.AddRange(Wrong(runs, $"runs by {order}: {token}"));
            }

            bad.AddRange(Wrong(await server.Client.PostAsync("experiments/search", new { max_results = 5, page_token = token }, Cancel), $"experiments: {token}"));
            bad.AddRange(Wrong(await server.Client.PostAsync("logged-models/search", new { experiment_ids = new[] { "0" }, page_token = token }, Cancel), $"logged models: {token}"));
            var query = Uri.EscapeDataString(token);
            bad.AddRange(Wrong(await server.Client.GetAnswerAsync($"{Calls.Api}registered-models/search?page_token={query}", Cancel), $"models: {token}"));
            bad.AddRange(Wrong(await server.Client.GetAnswerAsync($"{Calls.Api}model-versions/search?page_token={query}", Cancel), $"versions: {token}"));
        }

        Bad.None(bad);

        static IEnumerable<string> Wrong(Answer answer, string what) => answer.Status is 200 or 400 ? [] : [$"{what}: {answer.Status} {answer.Body}"];
        static string Token(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }

    [Fact]
    public async Task What_is_no_JSON_is_no_server_error()
    {
        var server = servers.Sqlite;
        string[] bodies =
        [
            "", " ", "null", "true", "1", "[]", "[1]", "\"\"", "\"x\"", "\"{\\\"run_id\\\": 1}\"", "\"\\ud800\"", "{", "{\"a\"", "{\"a\":}", "{'a':1}", "{\"a\":1,}", "{}{}", "{} x",
            "\ufeff{}", "NaN", "{\"run_id\":NaN}", "{\"\\ud800\":1,\"run_id\":\"x\"}", "{\"run_i\\u0064\":\"x\"}", "{\"\\u0000\":1}", "<xml/>", "\0\0\0\0",
            new string('[', 100_000), new string('{', 100_000), string.Concat(Enumerable.Repeat("{\"a\":", 5_000)) + "1" + new string('}', 5_000),
            "{\"run_id\":" + new string('[', 60) + new string(']', 60) + "}", "{\"run_id\":" + new string('[', 63) + new string(']', 63) + "}",
        ];
        var bad = await EachAsync(server, _ => bodies.Select(static body => (Encoding.UTF8.GetBytes(body), body.Length > 80 ? body[..80] : body))
            .Append(([0xff, 0xfe, 0x7b, 0, 0x7d, 0], "UTF-16")));
        Bad.None(bad);
        await StillWorksAsync(server);
    }

    private static IEnumerable<(byte[] Body, string What)> MissingAndDoubled(Endpoint endpoint)
    {
        var all = endpoint.Body.Trim();
        var members = JsonDocument.Parse(all).RootElement.EnumerateObject().ToList();
        return members.SelectMany(member =>
        {
            var others = members.Where(m => m.Name != member.Name).Select(static m => $"\"{m.Name}\":{m.Value.GetRawText()}");
            return new[] { $"{{{string.Join(',', others)}}}", $"{{\"{member.Name}\":[0],{all[1..]}", $"{all[..^1]},\"{member.Name}\":[0]}}" };
        }).Append("{}").Select(static body => (Encoding.UTF8.GetBytes(body), body));
    }

    private static IEnumerable<(byte[] Body, string What)> Unkeepable(Endpoint endpoint)
    {
        foreach (var field in endpoint.Texts())
        {
            foreach (var text in new[] { @"a\u0000b", @"\ud800", @"x\udc00y", @"\udc00\ud800" })
                yield return (Encoding.UTF8.GetBytes(endpoint.Replace(field, $"\"{text}\"")), $"{field}: {text}");
            yield return (Encoding.Latin1.GetBytes(endpoint.Replace(field, "\"\u00c3\u0028 \u00ed\u00a0\u0080\"")), $"{field}: invalid UTF-8");
        }
    }

    // Several endpoints at a time, since a write is as slow as the disk; each endpoint's requests in order.
    private static async Task<IReadOnlyCollection<string>> EachAsync(
        ServerProcess server, Func<Endpoint, IEnumerable<(byte[] Body, string What)>> requests, int? expected = null)
    {
        var bad = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(await EndpointsAsync(server), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel }, async (endpoint, _) =>
        {
            foreach (var (body, what) in requests(endpoint))
            {
                foreach (var problem in await ProblemsAsync(server, endpoint, body, what, expected))
                    bad.Enqueue(problem);
            }
        });
        return bad;
    }

    private static async Task<IReadOnlyList<Endpoint>> EndpointsAsync(ServerProcess server)
    {
        var client = server.Client;
        var run = await NewRunAsync(server);
        var model = await client.PostAsync("logged-models", new { experiment_id = "0", name = "fixed" }, Cancel);
        await client.PostAsync("experiments/create", new { name = "victim" }, Cancel);
        await client.PostAsync("registered-models/create", new { name = "fixed" }, Cancel);
        for (var version = 0; version < 2; version++)
            await client.PostAsync("model-versions/create", new { name = "fixed", source = $"mlflow-artifacts:/0/{run}/artifacts/m" }, Cancel);
        return Endpoint.All(run, model.Json.GetProperty("model").GetProperty("info").GetProperty("model_id").GetString()!);
    }

    /// <summary>What is wrong with the answer: a server error, another status than expected, or a refusal that is not in MLflow's shape.</summary>
    private static async Task<List<string>> ProblemsAsync(ServerProcess server, Endpoint endpoint, byte[] body, string what, int? expected = null)
    {
        var answer = await server.Client.SendBytesAsync(new HttpMethod(endpoint.Method), Calls.Api + endpoint.Path, body, Cancel);
        var name = $"{endpoint.Method} {endpoint.Path} {what} -> {answer.Status} {answer.Body}";
        if (answer.Status is not (200 or 400 or 404 or 409 or 501) || (expected is not null && answer.Status != expected))
            return [name];
        if (answer.Status == 200)
            return [];
        return string.IsNullOrEmpty(answer.Message) || !answer.Json.TryGetProperty("error_code", out _) ? ["not MLflow's shape: " + name] : [];
    }

    private static async Task StillWorksAsync(ServerProcess server)
    {
        Assert.True(server.IsRunning);
        var run = await NewRunAsync(server);
        Assert.Equal(200, (await server.Client.GetAnswerAsync($"{Calls.Api}runs/get?run_id={run}", Cancel)).Status);
    }

    // One of the wrong values is a 0, which deletes experiment 0 where an experiment's id is asked for.
    private static async Task<string> NewRunAsync(ServerProcess server)
    {
        await server.Client.PostAsync("experiments/restore", new { experiment_id = "0" }, Cancel);
        return await server.Client.CreateRunAsync(Cancel);
    }
}
