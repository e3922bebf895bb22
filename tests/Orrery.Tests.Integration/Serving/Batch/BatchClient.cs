using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Native;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Asks a server for batch predictions and reads what they gave.</summary>
internal sealed class BatchClient(ServerProcess server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Uploads a file for batch predictions to read.</summary>
    public async Task UploadAsync(string path, byte[] content, string workspace = "")
    {
        using var body = new ByteArrayContent(content);
        using var answer = await server.Client.PutAsync($"{workspace}/api/v1/features/files/{path}", body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>The rows of a query as Parquet.</summary>
    public static byte[] Parquet(string query) => Copy(query, "format parquet, row_group_size 2048");

    /// <summary>The rows of a query as CSV.</summary>
    public static byte[] Csv(string query) => Copy(query, "format csv, header true");

    public async Task<(int Status, JsonNode Body)> TryAsync(string body, string? key = null, string workspace = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, workspace + "/api/v1/batch-predictions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var answer = await server.Client.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!);
    }

    public async Task<string> SubmitAsync(string body)
    {
        var (status, made) = await TryAsync(body);
        Assert.True(status == 202, $"{status}: {made}");
        return (string)made["id"]!;
    }

    public async Task<JsonNode> GetAsync(string id, string more = "")
    {
        using var answer = await server.Client.GetAsync($"/api/v1/batch-predictions/{id}{more}", Cancel);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
    }

    public async Task<(int Status, string Body)> PostAsync(string id, string verb)
    {
        using var answer = await server.Client.PostAsync($"/api/v1/batch-predictions/{id}/{verb}", null, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>Waits for its end.</summary>
    public async Task<JsonNode> EndAsync(string id)
    {
        JsonNode? found = null;
        await Eventually.HoldsAsync("the batch prediction ends", async () => (string)(found = await GetAsync(id))["state"]! is "succeeded" or "failed" or "cancelled", () => $"{found}");
        return found!;
    }

    /// <summary>Does one, which must succeed.</summary>
    public async Task<string> RunAsync(string body)
    {
        var id = await SubmitAsync(body);
        var ended = await EndAsync(id);
        Assert.True((string)ended["state"]! == "succeeded", ended.ToJsonString());
        return id;
    }

    /// <summary>Does one, which must fail, and says why.</summary>
    public async Task<(string Code, string Error)> FailAsync(string body)
    {
        var ended = await EndAsync(await SubmitAsync(body));
        Assert.True((string)ended["state"]! == "failed", ended.ToJsonString());
        return ((string)ended["error_code"]!, (string)ended["error"]!);
    }

    /// <summary>Downloads the output's files of a kind into a folder, in order.</summary>
    public async Task<List<string>> DownloadAsync(string id, string folder, string kind = "predictions")
    {
        var paths = new List<string>();
        for (var token = ""; ;)
        {
            var page = await GetAsync(id, $"/files?limit=7&page_token={token}");
            foreach (var file in page["files"]?.AsArray().Where(file => (string)file!["kind"]! == kind) ?? [])
            {
                using var answer = await server.Client.GetAsync($"/api/v1/batch-predictions/{id}/files/{file!["name"]}", Cancel);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
                Assert.Equal((string)file["sha256"]!, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
                paths.Add(Path.Combine(folder, (string)file["name"]!));
                await File.WriteAllBytesAsync(paths[^1], bytes, Cancel);
            }

            if ((string?)page["next_page_token"] is not { } next)
                return paths;
            token = next;
        }
    }

    /// <summary>The values of a query's rows, of which {0} stands for the files.</summary>
    public static List<object?[]> Query(string folder, IEnumerable<string> files, string query)
    {
        using var database = DuckDatabase.Open(null, new() { Threads = 1, AllowedDirectories = [folder] });
        using var connection = database.Connect();
        var list = "[" + string.Join(", ", files.Select(static file => $"'{file}'")) + "]";
        using var reader = connection.Query(query.Replace("{0}", list, StringComparison.Ordinal));
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
                rows.Add([.. Enumerable.Range(0, reader.Columns.Count).Select(column => reader.Value(column, row))]);
        }

        return rows;
    }

    private static byte[] Copy(string query, string format)
    {
        var folder = Directory.CreateTempSubdirectory("orrery-batch-");
        try
        {
            var path = Path.Combine(folder.FullName, "rows");
            using var database = DuckDatabase.Open(null, new() { Threads = 1, AllowedDirectories = [folder.FullName] });
            using var connection = database.Connect();
            connection.Execute($"copy ({query}) to '{path}' ({format})");
            return File.ReadAllBytes(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
