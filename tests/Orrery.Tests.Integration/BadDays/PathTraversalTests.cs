using System.Collections.Concurrent;
using System.Text;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Paths that try to leave the artifact store. Nothing outside is read, written or deleted, and nothing is a server error.</summary>
public sealed class PathTraversalTests(HostileServers servers) : IClassFixture<HostileServers>
{
    private const string Mark = "pwned";
    private const string Secret = "nobody may read this";

    /// <summary>As they stand in the request line: the server decodes them, if it does.</summary>
    private static readonly string[] Evil =
    [
        $"../{Mark}", $"../../{Mark}", $"../../../../../../../../tmp/{Mark}", $"a/../../{Mark}", $"a/b/../../../../{Mark}", $"..%2f..%2f{Mark}", $"%2e%2e/%2e%2e/{Mark}",
        $"%2e%2e%2f%2e%2e%2f{Mark}", $"..%252f..%252f{Mark}", $"%252e%252e%252f{Mark}", $"%25252e%25252e%25252f{Mark}", $"%2525252e%2525252e%2525252f{Mark}", $"..%5c..%5c{Mark}",
        $"..\\..\\{Mark}", $"..%255c..%255c{Mark}", $"a%5c..%5c..%5c{Mark}", $"/{Mark}", $"//{Mark}", $"///tmp/{Mark}", $"%2ftmp%2f{Mark}", $"%2f%2ftmp/{Mark}", $"%252ftmp%252f{Mark}",
        $"C:/{Mark}", $"C:%5c{Mark}", $"c%3a%5c{Mark}", $"C:{Mark}", $"file:///tmp/{Mark}", $"{Mark}%00", $"{Mark}%00.txt", $"a%00/../../{Mark}", $"%2500/{Mark}", $"{Mark}%0a", $"{Mark}%0d%0aX-Evil:1",
        $"%c0%ae%c0%ae/{Mark}", $"%c0%ae%c0%ae%c0%af{Mark}", $"%e0%80%ae%e0%80%ae/{Mark}", $"%ef%bc%8e%ef%bc%8e/{Mark}", $"%ef%bc%8e%ef%bc%8e%ef%bc%8f{Mark}", $"%e2%80%a5/{Mark}",
        $"..%e2%88%95..%e2%88%95{Mark}", $"..%ef%bc%8f..%ef%bc%8f{Mark}", $"..%ef%bc%bc{Mark}", $"%u002e%u002e/{Mark}", $"..;/{Mark}", $"..;/..;/{Mark}", $"./../{Mark}", $"././.././../{Mark}",
        $".../{Mark}", $"..../{Mark}", $"....//{Mark}", $".../..../{Mark}", $"a//{Mark}", $"a/./{Mark}", $"a/.%2f{Mark}", "..", "../", ".", "./", "..%2f", "%2e%2e", "%2e%2e%2f", "%252e%252e", "a/..",
        "a/../..", ".tmp", $".tmp/{Mark}", $"~/{Mark}", $"~root/{Mark}", $"{Mark}#x", $"{Mark}%23x", $"{Mark}%3fx", $"{Mark};x", "orrery.db", "../orrery.db", "../../orrery.db", "../secret.txt",
        "../../secret.txt", "../../../secret.txt", "%2e%2e/%2e%2e/secret.txt", "..%2f..%2f..%2fsecret.txt", "..%252f..%252f..%252fsecret.txt", "../../../../etc/passwd",
        "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", $"{Mark}%ed%a0%80", $"{Mark}%ff%fe", $"%{Mark}", $"{Mark}%2", "CON", "nul.txt", $"{Mark}:stream", "a%20/%20", $"%ef%bb%bf../{Mark}",
        $"%e2%80%ae../{Mark}",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_outside_is_touched_by_any_door()
    {
        var server = servers.Sqlite;
        var secret = Path.Combine(server.DataDir, "secret.txt");
        await File.WriteAllTextAsync(secret, Secret, Cancel);
        var run = await server.Client.CreateRunAsync(Cancel);
        var model = (await server.Client.PostAsync("logged-models", new { experiment_id = "0", name = "fixed" }, Cancel)).Json
            .GetProperty("model").GetProperty("info").GetProperty("model_id").GetString();
        var body = Encoding.ASCII.GetBytes(Mark);
        var bad = new ConcurrentQueue<string>();
        string[] tooLong = [Long(240), Long(241), Long(2_000), string.Join('/', Enumerable.Repeat("d", 600)), string.Join('/', Enumerable.Repeat("..", 300))];
        await Parallel.ForEachAsync(Evil.Concat(tooLong), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (evil, _) =>
        {
            foreach (var root in new[] { "/api/2.0/mlflow-artifacts/artifacts/", "/ajax-api/2.0/mlflow-artifacts/artifacts/", "/w/team/api/2.0/mlflow-artifacts/artifacts/", $"/{Calls.Files}0/{run}/artifacts/" })
            {
                await TryAsync("PUT", root + evil, body);
                await TryAsync("GET", root + evil);
                await TryAsync("HEAD", root + evil);
                await TryAsync("DELETE", root + evil);
            }

            var query = evil.Replace("#", "%23", StringComparison.Ordinal).Replace("&", "%26", StringComparison.Ordinal);
            await TryAsync("GET", $"/api/2.0/mlflow-artifacts/artifacts?path={query}");
            await TryAsync("GET", $"/api/2.0/mlflow/artifacts/list?run_id={run}&path={query}");
            await TryAsync("GET", $"/get-artifact?run_id={run}&path={query}");
            await TryAsync("GET", $"/get-artifact?run_uuid={query}&path=x");
            await TryAsync("GET", $"/model-versions/get-artifact?name=x&version=1&path={query}");
            await TryAsync("GET", $"/model-versions/get-artifact?name={query}&version=1&path=x");
            await TryAsync("POST", $"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run}&path={query}", body);
            await TryAsync("GET", $"/ajax-api/2.0/mlflow/logged-models/{model}/artifacts/files?artifact_file_path={query}");
            await TryAsync("GET", $"/api/2.0/mlflow/logged-models/{model}/artifacts/directories?artifact_directory_path={query}");
            foreach (var step in new[] { "create", "complete", "abort" })
            {
                var json = $$"""{"path":{{System.Text.Json.JsonSerializer.Serialize(evil)}},"num_parts":1,"upload_id":"eA","parts":[]}""";
                await TryAsync("POST", $"/api/2.0/mlflow-artifacts/mpu/{step}/a", Encoding.UTF8.GetBytes(json), "application/json");
                await TryAsync("POST", $"/api/2.0/mlflow-artifacts/mpu/{step}/{evil}", """{"path":"f","num_parts":1,"upload_id":"eA","parts":[]}"""u8.ToArray(), "application/json");
            }
        });

        Bad.None(bad);
        Assert.Equal(Secret, await File.ReadAllTextAsync(secret, Cancel));
        Assert.Empty(Outside(server.DataDir));
        Assert.True(server.IsRunning);
        Assert.Equal(200, (await server.Client.GetAnswerAsync("health/ready", Cancel)).Status);

        async Task TryAsync(string method, string target, byte[]? content = null, string type = "application/octet-stream")
        {
            var answer = await RawHttp.SendAsync(server.Port, method, target, content, Cancel, type);
            if (answer.Status is not (200 or 400 or 404 or 405 or 409 or 414 or 501))
                bad.Enqueue($"{method} {target} -> {answer.Status} {answer.Body}");
            if (answer.Body.Contains(Secret, StringComparison.Ordinal) || answer.Body.Contains("root:", StringComparison.Ordinal) || answer.Body.StartsWith("SQLite format", StringComparison.Ordinal))
                bad.Enqueue($"{method} {target} reads what is outside");
        }

        static string Long(int length) => new('n', length);
    }

    [Fact]
    public async Task A_file_of_the_store_cannot_be_reached_from_another_workspace()
    {
        var server = servers.Sqlite;
        Assert.Equal(200, (await RawHttp.SendAsync(server.Port, "PUT", $"/w/mine/{Calls.Files}a/b.txt", Encoding.ASCII.GetBytes(Secret), Cancel)).Status);
        foreach (var path in new[] { "a/b.txt", "../mine/a/b.txt", "../../mine/artifacts/a/b.txt", "..%2f..%2fmine%2fartifacts%2fa%2fb.txt", "mine/artifacts/a/b.txt", "%252e%252e/mine/a/b.txt" })
        {
            foreach (var root in new[] { "/", "/w/other/", "/w/mine/../other/", "/w/mine/..%2fother/", "/w/..%2fmine/", "/w/./" })
            {
                var answer = await RawHttp.SendAsync(server.Port, "GET", root + Calls.Files + path, body: null, Cancel);
                Assert.True(answer.Status is 400 or 404, $"{root}{path} -> {answer.Status}");
                Assert.DoesNotContain(Secret, answer.Body, StringComparison.Ordinal);
            }
        }

        Assert.Equal(Secret, (await RawHttp.SendAsync(server.Port, "GET", $"/w/mine/{Calls.Files}a/b.txt", body: null, Cancel)).Body);
    }

    /// <summary>Files with the mark in their name anywhere near the data folder but in the store.</summary>
    private static IEnumerable<string> Outside(string dataDir)
    {
        var store = Path.Combine(dataDir, "blobs") + Path.DirectorySeparatorChar;
        var near = new[] { "/", "/tmp", Path.GetTempPath(), Environment.CurrentDirectory, AppContext.BaseDirectory, Path.GetDirectoryName(ServerProcess.Assembly)!, "/root", "/etc" };
        return near.Where(Directory.Exists).SelectMany(static folder => Directory.EnumerateFileSystemEntries(folder))
            .Concat(Directory.EnumerateFileSystemEntries(dataDir, "*", SearchOption.AllDirectories))
            .Where(path => Path.GetFileName(path).Contains(Mark, StringComparison.Ordinal) && !path.StartsWith(store, StringComparison.Ordinal));
    }
}
