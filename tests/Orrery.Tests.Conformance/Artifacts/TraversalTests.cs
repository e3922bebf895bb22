using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Paths that try to leave the artifacts, by every door, in every disguise.</summary>
public abstract class TraversalTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    public static TheoryData<string> Paths =>
    [
        "../x", "..", "a/../../x", "a/..", "/etc/passwd", "//etc/passwd", "..\\x", "a\\..\\..\\x", "C:\\x", "a/./../../x", "a/\0/x", "a\0", "a#b",
        "%2e%2e/x", "%2e%2e%2fx", "%252e%252e%252fx", "..%2fx", "..%5cx", "%2e./x", ".%2e/x", "%00", "\u2025/x/../..", "file:///etc/passwd",
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_path_as_a_parameter_leads_nowhere(string path)
    {
        var run = await NewRunAsync();
        Refused(await Mlflow.GetAsync("/get-artifact", ("run_id", run), ("path", path)));
        Refused(await Mlflow.GetAsync("artifacts/list", ("run_id", run), ("path", path)));
        Refused(await Mlflow.GetAsync("/api/2.0/mlflow-artifacts/artifacts", ("path", path)));
        var model = (await Mlflow.PostAsync("logged-models", new { experiment_id = "0", name = "m" })).Ok().Text("model.info.model_id");
        Refused(await Mlflow.GetAsync($"logged-models/{model}/artifacts/directories", ("artifact_directory_path", path)));
        Refused(await Mlflow.GetAsync($"/ajax-api/2.0/mlflow/logged-models/{model}/artifacts/files", ("artifact_file_path", path)));
        Refused(await Mlflow.SendAsync(HttpMethod.Post, "/ajax-api/2.0/mlflow/upload-artifact" + Wire.QueryOf(("run_uuid", run), ("path", path)), new ByteArrayContent([1]), null), mayBeEmpty: false);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_path_in_the_address_leads_nowhere(string path)
    {
        var root = $"/api/2.0/mlflow-artifacts/artifacts/0/{await NewRunAsync()}/artifacts/";
        var escaped = root + Uri.EscapeDataString(path);
        var twice = root + Uri.EscapeDataString(Uri.EscapeDataString(path));
        foreach (var address in (string[])[escaped, twice])
        {
            Refused(await Mlflow.GetAsync(address));
            Refused(await Mlflow.DeleteAsync(address), mayBeEmpty: true);
        }

        Refused(await Mlflow.PutAsync(escaped, "x"u8.ToArray()), mayBeEmpty: false);
    }

    [Theory]
    [InlineData("..%2f..%2fetc/passwd")]
    [InlineData("a/..%2f..%2f..%2fx")]
    [InlineData("..%5c..%5cx")]
    [InlineData("%2fetc%2fpasswd")]
    public async Task MLflow_calls_these_an_invalid_path(string path) =>
        (await Mlflow.GetAsync("/api/2.0/mlflow-artifacts/artifacts/" + path)).IsInvalid("Invalid path");

    [Theory]
    [InlineData("..")]
    [InlineData("../")]
    [InlineData("a/..")]
    [InlineData("a/../b")]
    [InlineData("../../../b")]
    [InlineData("%2e%2e")]
    [InlineData("%2E%2e/b")]
    [InlineData("a/.%2e")]
    [InlineData("a/%2e./b?x=1")]
    public async Task A_parent_segment_is_refused_and_not_resolved(string path)
    {
        var root = $"/0/{await NewRunAsync()}/artifacts/";
        foreach (var proxy in (string[])["/api/2.0/mlflow-artifacts/artifacts", "/ajax-api/2.0/mlflow-artifacts/artifacts"])
        {
            (await Mlflow.PutAsync(proxy + root + path, "x"u8.ToArray())).IsInvalid("Invalid path");
            (await Mlflow.GetAsync(proxy + root + path)).IsInvalid("Invalid path");
            (await Mlflow.DeleteAsync(proxy + root + path)).IsInvalid("Invalid path");
        }

        (await Mlflow.GetAsync("/api/2.0/mlflow-artifacts/artifacts", ("path", "0"))).Gives("{}");
        (await Mlflow.PutAsync("/api/2.0/mlflow-artifacts/artifacts" + root + "a..b/..c", "x"u8.ToArray())).Gives("{}");
    }

    [Theory]
    [InlineData("/../../../../etc/passwd")]
    [InlineData("/api/2.0/mlflow-artifacts/artifacts/../../../../../etc/passwd")]
    [InlineData("/api/2.0/mlflow-artifacts/artifacts/..\\..\\etc\\passwd")]
    [InlineData("/api/2.0/mlflow-artifacts/artifacts/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd")]
    [InlineData("/api/2.0/mlflow-artifacts/artifacts/%uff0e%uff0e/x")]
    [InlineData("/api/2.0/mlflow-artifacts/artifacts/a%zz")]
    [InlineData("/api/2.0/mlflow-artifacts/artifacts/a%00b")]
    [InlineData("/api/2.0/mlflow-artifacts/artifacts/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/w/../api/2.0/mlflow-artifacts/artifacts/x")]
    [InlineData("/w/%2e%2e/api/2.0/mlflow-artifacts/artifacts/x")]
    [InlineData("/w/a%2fb/api/2.0/mlflow/experiments/get?experiment_id=0")]
    public async Task Request_lines_that_no_client_library_would_send_are_refused(string target)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Server.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{Plain(Server.Port)}\r\nConnection: close\r\n\r\n"), Cancel);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var answer = await reader.ReadToEndAsync(Cancel);
        Assert.Matches("^HTTP/1.1 4[0-9][0-9]", answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_run_does_not_reach_into_another()
    {
        var (mine, other) = (await NewRunAsync(), await NewRunAsync());
        await Mlflow.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/0/{other}/artifacts/secret.txt", "secret"u8.ToArray());
        foreach (var path in (string[])[$"../../{other}/artifacts/secret.txt", $"..%2f..%2f{other}/artifacts/secret.txt", $"/0/{other}/artifacts/secret.txt"])
            Refused(await Mlflow.GetAsync("/get-artifact", ("run_id", mine), ("path", path)));
    }

    private static void Refused(Answer answer, bool mayBeEmpty = true)
    {
        // A name that merely looks odd may just not be there.
        if (mayBeEmpty && answer.Status == 200)
            answer.Check(answer["files"] is null && answer.ContentType == "application/json", "something was there");
        else
            answer.Check(answer.Status is 400 or 404, "expected a refusal");
        answer.Check(!answer.Body.Contains("root:", StringComparison.Ordinal) && !answer.Body.Contains("secret", StringComparison.Ordinal), "something leaked");
        answer.Check(!answer.Body.Contains("/tmp/", StringComparison.Ordinal), "shows where the data is");
    }
}

public sealed class TraversalOnSqlite(Servers servers) : TraversalTests(servers, Store.Sqlite);

public sealed class TraversalOnPostgres(Servers servers) : TraversalTests(servers, Store.Postgres);
