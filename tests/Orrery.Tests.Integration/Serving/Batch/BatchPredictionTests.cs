using System.Text.Json.Nodes;
using Npgsql;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Rows of files, queries and tables to predictions in files, on a real server.</summary>
public sealed class BatchPredictionTests(BatchServer server) : IClassFixture<BatchServer>, IDisposable
{
    private const string Rows = "select i as id, 'c' || i as customer, (i % 97)::float / 7 as tenure, ((i * 31) % 89)::float / 11 as charges from range({0}) t(i)";

    private readonly BatchClient _batches = server.Batches;
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-batch-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Parquet_of_several_files_is_predicted_as_online_to_the_last_bit_in_its_order()
    {
        await _batches.UploadAsync("several/a.parquet", BatchClient.Parquet(Some(3000)));
        await _batches.UploadAsync("several/b.parquet", BatchClient.Parquet(Some(5000) + " where i >= 3000"));
        var id = await _batches.RunAsync("""
            {"model": "churn", "version": "1", "input": {"files": ["several/*.parquet"]}, "output": {"keep": ["id", "customer", "tenure", "charges"]}, "partition_rows": 700, "parallel": 3}
            """);

        var files = await _batches.DownloadAsync(id, _folder);
        Assert.Equal(8, files.Count);
        var rows = BatchClient.Query(_folder, files, "select id, customer, tenure, charges, label, probabilities, prediction_id from read_parquet({0})");
        Assert.Equal(Enumerable.Range(0, 5000).Select(static i => (object?)(long)i), rows.Select(static row => row[0]));
        Assert.All(rows, static row => Assert.Equal($"c{row[0]}", row[1]));
        Assert.Equal(5000, rows.Select(static row => row[6]).Distinct().Count());
        Assert.All(rows, static row => Assert.Matches("^[0-9a-f]{12}7[0-9a-f]{19}$", (string)row[6]!));

        await server.Models.DeployAsync("production", "several", ServingServer.Spec(ServingServer.Variant("churn", 1)));
        var instances = string.Join(", ", rows.Select(static row => FormattableString.Invariant($"{row[2]:R}, {row[3]:R}")));
        var (status, body) = await server.Models.AskAsync("/v2/models/several/infer", $$"""{"inputs": [{"name": "features", "shape": [5000, 2], "datatype": "FP32", "data": [{{instances}}]}]}""");
        Assert.Equal(200, status);
        var outputs = JsonNode.Parse(body)!["outputs"]!.AsArray();
        Assert.Equal(outputs[0]!["data"]!.AsArray().Select(static value => (object?)(long)value!), rows.Select(static row => row[4]));
        var online = outputs[1]!["data"]!.AsArray().Select(static value => BitConverter.SingleToInt32Bits((float)value!));
        Assert.Equal(online, rows.SelectMany(static row => ((IEnumerable<object?>)row[5]!).Select(static value => BitConverter.SingleToInt32Bits((float)value!))));
    }

    [Fact]
    public async Task Csv_json_lines_and_queries_give_what_parquet_gives()
    {
        await _batches.UploadAsync("same/rows.parquet", BatchClient.Parquet(Some(1000)));
        await _batches.UploadAsync("same/rows.csv", BatchClient.Csv(Some(1000)));
        await _batches.UploadAsync("same/rows.jsonl", JsonLines());
        const string more = """ "output": {"keep": ["customer"]}, "partition_rows": 300 """;
        var expected = await ReadAsync(await _batches.RunAsync($$"""{"model": "churn", "version": "1", "input": {"files": ["same/rows.parquet"]}, {{more}}}"""));
        foreach (var input in new[]
        {
            """{"files": ["same/rows.csv"]}""",
            """{"files": ["same/rows.jsonl"]}""",
            """{"query": "select * from f where id >= 0 order by id", "tables": {"f": "same/*.parquet"}}""",
        })
        {
            var id = await _batches.RunAsync($$"""{"model": "churn", "version": "1", "input": {{input}}, {{more}}}""");
            Assert.Equal(expected, await ReadAsync(id));
            Assert.Equal((4, 4, 1000, 1000), await ProgressAsync(id));
        }
    }

    [Fact]
    public async Task A_table_and_a_query_of_a_warehouse_are_taken_once()
    {
        await using (var source = NpgsqlDataSource.Create(server.Warehouse))
        {
            await using var make = source.CreateCommand(
                "create table scoring as select i as id, (i % 97)::real as tenure, ((i * 31) % 89)::real as charges, 'x' as note from generate_series(0, 499) i");
            await make.ExecuteNonQueryAsync(Cancel);
        }

        var table = await _batches.RunAsync("""{"model": "churn", "version": "1", "input": {"warehouse": "dwh", "table": "public.scoring"}, "output": {"keep": ["id"]}, "partition_rows": 200}""");
        var query = await _batches.RunAsync("""
            {"model": "churn", "version": "1", "input": {"warehouse": "dwh", "query": "select id, tenure as t, charges from scoring order by id desc"}, "columns": {"tenure": "t"},
             "output": {"keep": ["id"]}, "partition_rows": 200}
            """);
        var rows = BatchClient.Query(_folder, await _batches.DownloadAsync(table, _folder), "select id, label, probabilities::varchar from read_parquet({0}) order by id");
        var turned = BatchClient.Query(_folder, await _batches.DownloadAsync(query, _folder), "select id, label, probabilities::varchar from read_parquet({0})");
        Assert.Equal(500, rows.Count);
        Assert.Equal(rows.AsEnumerable().Reverse(), turned);
    }

    [Fact]
    public async Task Rows_that_are_refused_are_set_aside_and_counted_or_end_the_whole()
    {
        await _batches.UploadAsync("bad/rows.csv", "id,in\n1,10\n2,\n3,ten\n4,1.5\n5,50\n"u8.ToArray());
        const string input = """ "model": "whole", "version": "1", "input": {"files": ["bad/rows.csv"]}, "output": {"keep": ["id"], "format": "csv"}, "partition_rows": 2, "parallel": 1 """;

        var (code, error) = await _batches.FailAsync($$"""{{{input}}}""");
        Assert.Equal(("serving.batch_row_refused", "Row 1 is refused: Column 'in' is null; the model wants INT64."), (code, error));
        Assert.Equal("serving.batch_too_many_refused", (await _batches.FailAsync($$"""{{{input}}, "on_error": "skip", "max_refused": 2}""")).Code);

        var id = await _batches.RunAsync($$"""{{{input}}, "on_error": "skip"}""");
        var lines = (await _batches.DownloadAsync(id, _folder)).SelectMany(File.ReadAllLines).Where(static line => !line.StartsWith("prediction_id", StringComparison.Ordinal));
        Assert.Equal(["1,10", "5,50"], lines.Select(static line => line[33..]));
        var refused = (await _batches.DownloadAsync(id, _folder, "refused")).SelectMany(File.ReadAllLines).Select(static line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(
            [(1, "2", "Column 'in' is null; the model wants INT64."), (2, "3", "Column 'in' is ten; the model wants INT64."), (3, "4", "Column 'in' is 1.5; the model wants INT64.")],
            refused.Select(static row => ((int)row["row"]!, (string)row["keep"]!["id"]!, (string)row["reason"]!)));
        Assert.Equal(3, (long)(await _batches.GetAsync(id))["progress"]!["rows_refused"]!);
    }

    [Fact]
    public async Task Rows_about_subjects_who_have_opted_out_are_left_out_whatever_the_input_is_written_in()
    {
        using (var optOut = new StringContent("""{"subject": {"batch_person": "42"}, "purpose": "prediction"}""", System.Text.Encoding.UTF8, "application/json"))
        using (var told = await server.Process.Client.PostAsync("/api/v1/privacy/opt-outs", optOut, Cancel))
            Assert.True(told.IsSuccessStatusCode, await told.Content.ReadAsStringAsync(Cancel));
        await _batches.UploadAsync("subjects/rows.csv", "batch_person,in\n7,10\n42,20\n8,30\n42,40\n"u8.ToArray());
        await _batches.UploadAsync("subjects/rows.parquet", BatchClient.Parquet("select i::double as batch_person, i as \"in\" from range(41, 44) t(i)"));
        var read = new Dictionary<string, string[]> { ["csv"] = ["10", "30"], ["parquet"] = ["41", "43"] };
        foreach (var (format, expected) in read)
        {
            // No row may be refused; these are not counted among those.
            var id = await _batches.RunAsync($$"""{"model": "whole", "version": "1", "input": {"files": ["subjects/rows.{{format}}"]}, "output": {"format": "csv"}, "partition_rows": 2}""");

            var lines = (await _batches.DownloadAsync(id, _folder)).SelectMany(File.ReadAllLines).Where(static line => !line.StartsWith("prediction_id", StringComparison.Ordinal));
            Assert.Equal(expected, lines.Select(static line => line[33..]));
            var progress = (await _batches.GetAsync(id))["progress"]!;
            Assert.Equal((long)progress["rows"]! - expected.Length, (long)progress["rows_left_out"]!);
            Assert.Equal((long)progress["rows_left_out"]!, (long)progress["rows_refused"]!);
            var refused = (await _batches.DownloadAsync(id, _folder, "refused")).SelectMany(File.ReadAllLines).ToList();
            Assert.All(refused, static line => Assert.StartsWith("governance.subject_opted_out", (string)JsonNode.Parse(line)!["reason"]!, StringComparison.Ordinal));
            Assert.Equal((long)progress["rows_left_out"]!, refused.Count);
        }
    }

    [Fact]
    public async Task What_does_not_fit_the_model_is_refused_with_the_column_before_a_row_is_read()
    {
        await _batches.UploadAsync("fit/rows.parquet", BatchClient.Parquet("select 1.0::float as tenure, date '2026-01-01' as charges, 2.0::float as other"));
        Assert.Equal(
            ("serving.batch_columns", "fit/rows.parquet: column 'charges' is DATE; the model wants FP32."),
            await _batches.FailAsync("""{"model": "churn", "version": "1", "input": {"files": ["fit/rows.parquet"]}}"""));
        var (_, missing) = await _batches.FailAsync("""{"model": "churn", "version": "1", "input": {"files": ["fit/rows.parquet"]}, "columns": {"charges": "gone"}}""");
        Assert.Equal("fit/rows.parquet: there is no column 'gone' for the model's 'charges'; there are tenure, charges, other.", missing);
        var (_, unnamed) = await _batches.FailAsync("""{"model": "plain", "version": "1", "input": {"files": ["fit/rows.parquet"]}}""");
        Assert.Contains("'features'", unnamed, StringComparison.Ordinal);
        var (_, output) = await _batches.FailAsync("""{"model": "churn", "version": "1", "input": {"files": ["fit/rows.parquet"]}, "columns": {"charges": "other"}, "output": {"outputs": ["score"]}}""");
        Assert.Equal("'output.outputs' names 'score'; the model gives label, probabilities.", output);

        var id = await _batches.RunAsync("""{"model": "plain", "version": "1", "input": {"files": ["fit/rows.parquet"]}, "features": ["tenure", "other"], "output": {"outputs": ["probabilities"]}}""");
        Assert.Single(BatchClient.Query(_folder, await _batches.DownloadAsync(id, _folder), "select prediction_id, probabilities from read_parquet({0})"));
    }

    [Fact]
    public async Task Hostile_inputs_reach_nothing()
    {
        var secret = Path.Combine(_folder, "secret.csv");
        await File.WriteAllTextAsync(secret, "tenure,charges\n1,2\n", Cancel);
        await _batches.UploadAsync("mine/rows.csv", "tenure,charges\n1,2\n"u8.ToArray());
        await CreateWorkspaceAsync("others");
        await _batches.UploadAsync("theirs/rows.csv", "tenure,charges\n1,2\n"u8.ToArray(), "/w/others");
        foreach (var (input, code) in new (string, string)[]
        {
            ("""{"files": ["../others/theirs/rows.csv"]}""", "features.source_file_missing"),
            ("""{"files": ["theirs/*.csv"]}""", "features.source_file_missing"),
            ($$"""{"files": ["file://{{secret}}"]}""", "features.source_not_allowed"),
            ("""{"files": ["s3://bucket/rows.csv"]}""", "features.source_not_allowed"),
            ($$"""{"query": "select * from read_csv('{{secret}}')"}""", "features.query_invalid"),
            ($$"""{"query": "copy (select 1) to '{{secret}}.out'"}""", "features.query_invalid"),
            ("""{"query": "select 1; drop table x"}""", "features.query_invalid"),
            ("""{"query": "select * from duckdb_secrets()"}""", "features.query_invalid"),
            ("""{"warehouse": "dwh", "query": "delete from pg_catalog.pg_class returning 1 as tenure, 2 as charges"}""", "features.query_invalid"),
            ("""{"warehouse": "dwh", "query": "select 1 as tenure, 2 as charges) q; create table owned(x int); select * from (select 1"}""", "features.query_invalid"),
            ("""{"warehouse": "dwh", "query": "select lo_import('/etc/passwd')::float as tenure, 2::float as charges"}""", "features.query_invalid"),
            ("""{"warehouse": "theirs", "table": "pg_class"}""", "features.warehouse_not_found"),
        })
        {
            var (refused, error) = await _batches.FailAsync($$"""{"model": "churn", "version": "1", "input": {{input}}}""");
            Assert.True(code == refused, $"{input}: {refused}: {error}");
        }

        Assert.False(File.Exists(secret + ".out"));
    }

    [Fact]
    public async Task Bodies_that_ask_for_nothing_sensible_are_refused()
    {
        foreach (var (body, part) in new (string, string)[]
        {
            ("{}", "'model' and 'version'"),
            ("""{"model": "churn", "version": "1"}""", "one of 'files'"),
            ("""{"model": "churn", "version": "1", "input": {"files": ["a.csv"], "query": "select 1"}}""", "one of 'files'"),
            ("""{"model": "churn", "version": "1", "input": {"files": ["a.csv"]}, "partition_rows": 0}""", "partition_rows"),
            ("""{"model": "churn", "version": "1", "input": {"files": ["a.csv"]}, "on_error": "ignore"}""", "on_error"),
            ("""{"model": "churn", "version": "1", "input": {"files": ["a.csv"]}, "output": {"keep": ["prediction_id"]}}""", "prediction_id"),
        })
        {
            var (status, answer) = await _batches.TryAsync(body);
            Assert.Equal((400, "serving.invalid_batch"), (status, (string)answer["code"]!));
            Assert.Contains(part, (string)answer["detail"]!, StringComparison.Ordinal);
        }

        Assert.Equal(404, (await _batches.TryAsync("""{"model": "nobody", "version": "1", "input": {"files": ["a.csv"]}}""")).Status);
    }

    [Fact]
    public async Task A_key_makes_one_of_two_and_it_is_listed_and_deleted()
    {
        await _batches.UploadAsync("keyed/rows.parquet", BatchClient.Parquet(Some(10)));
        const string body = """{"name": "keyed", "model": "churn", "version": "1", "input": {"files": ["keyed/rows.parquet"]}}""";
        var first = await _batches.TryAsync(body, "k1");
        var second = await _batches.TryAsync(body, "k1");
        Assert.Equal((202, (string)first.Body["id"]!), (second.Status, (string)second.Body["id"]!));
        Assert.Equal(409, (await _batches.TryAsync(body.Replace("keyed\",", "other\",", StringComparison.Ordinal), "k1")).Status);

        var id = (string)first.Body["id"]!;
        await _batches.EndAsync(id);
        Assert.Contains((await _batches.GetAsync("", "?state=succeeded&model=churn"))["batch_predictions"]!.AsArray(), one => (string)one!["id"]! == id);
        Assert.Equal("done", (string)(await _batches.GetAsync(id, "/partitions"))["partitions"]![0]!["state"]!);
        Assert.Equal(409, (await _batches.PostAsync(id, "cancel")).Status);
        Assert.Equal(409, (await _batches.PostAsync(id, "retry")).Status);
        using var deleted = await server.Process.Client.DeleteAsync($"/api/v1/batch-predictions/{id}", Cancel);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("serving.batch_not_found", (string)(await _batches.GetAsync(id))["code"]!);
    }

    [Fact]
    public async Task A_file_that_changes_after_planning_is_refused_and_a_retry_goes_on_with_what_is_left()
    {
        await _batches.UploadAsync("changing/rows.parquet", BatchClient.Parquet(Some(400_000)));
        var id = await _batches.SubmitAsync("""{"model": "churn", "version": "1", "input": {"files": ["changing/rows.parquet"]}, "partition_rows": 500, "parallel": 1}""");
        await Eventually(id, static progress => (long)(progress["partitions_done"] ?? 0) > 0);
        await _batches.UploadAsync("changing/rows.parquet", BatchClient.Parquet(Some(400_001)));
        var failed = await _batches.EndAsync(id);
        Assert.Equal(("failed", "features.bulk_changed"), ((string)failed["state"]!, (string?)failed["error_code"]));
        Assert.Equal("serving.batch_not_done", (string)(await _batches.GetAsync(id, "/files"))["code"]!);

        await _batches.UploadAsync("changing/rows.parquet", BatchClient.Parquet(Some(400_000)));
        Assert.Equal(200, (await _batches.PostAsync(id, "retry")).Status);
        await Eventually(id, progress => (long)(progress["partitions_done"] ?? 0) > (long)(failed["progress"]!["partitions_done"] ?? 0));
        Assert.Equal(200, (await _batches.PostAsync(id, "cancel")).Status);
        Assert.Equal("cancelled", (string)(await _batches.EndAsync(id))["state"]!);
    }

    private static string Some(int rows) => Rows.Replace("{0}", FormattableString.Invariant($"{rows}"), StringComparison.Ordinal);

    private byte[] JsonLines()
    {
        var path = Path.Combine(_folder, "rows.parquet");
        File.WriteAllBytes(path, BatchClient.Parquet(Some(1000)));
        var lines = BatchClient.Query(_folder, [path], "select to_json(r)::varchar from read_parquet({0}) r").Select(static row => (string)row[0]!);
        return System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    private async Task<List<string>> ReadAsync(string id) =>
        BatchClient.Query(_folder, await _batches.DownloadAsync(id, _folder), "select customer || ' ' || label || ' ' || probabilities::varchar from read_parquet({0})").ConvertAll(static row => (string)row[0]!);

    private async Task<(long, long, long, long)> ProgressAsync(string id)
    {
        var progress = (await _batches.GetAsync(id))["progress"]!;
        return ((long)progress["partitions"]!, (long)progress["partitions_done"]!, (long)progress["rows"]!, (long)progress["rows_done"]!);
    }

    private Task Eventually(string id, Func<JsonNode, bool> holds) => Testing.Eventually.HoldsAsync("it is as far", async () =>
    {
        var now = await _batches.GetAsync(id);
        Assert.True((string)now["state"]! is "planning" or "running", now.ToJsonString());
        return holds(now["progress"]!);
    });

    private async Task CreateWorkspaceAsync(string name)
    {
        using var body = new StringContent($$"""{"name": "{{name}}"}""", System.Text.Encoding.UTF8, "application/json");
        using var made = await server.Process.Client.PostAsync("/api/v1/workspaces", body, Cancel);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Cancel));
    }
}
