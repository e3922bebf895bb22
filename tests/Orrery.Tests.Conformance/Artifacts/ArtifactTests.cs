using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace Orrery.Tests.Conformance;

public abstract class ArtifactTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts";

    [Theory]
    [InlineData("a.txt")]
    [InlineData("deep/er/and/deeper/a.txt")]
    [InlineData("with space/ü 日本 🚀.txt")]
    [InlineData("a+b&c=d.txt")]
    [InlineData("percent%41.txt")]
    [InlineData("semi;colon,comma.txt")]
    [InlineData("quote'\".txt")]
    [InlineData("...dots")]
    [InlineData("a..b/..c/d..")]
    public async Task What_was_put_comes_back_byte_for_byte_under_its_name(string path)
    {
        var root = await NewRootAsync();
        var bytes = Encoding.UTF8.GetBytes("content of " + path);
        (await Mlflow.PutAsync(Escape($"{root}/{path}"), bytes)).Gives("{}");

        Assert.Equal(bytes, (await Mlflow.GetAsync(Escape($"{root}/{path}"))).Ok().Bytes);
        var run = root.Split('/')[^2];
        Assert.Equal(bytes, (await Mlflow.GetAsync("/get-artifact", ("run_id", run), ("path", path))).Ok().Bytes);
        Assert.Equal(bytes, (await Mlflow.GetAsync("/get-artifact", ("run_uuid", run), ("path", path))).Ok().Bytes);
        var folder = path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : "";
        Assert.Equal([path], (await Mlflow.GetAsync("artifacts/list", ("run_id", run), ("path", folder))).Ok().Texts("files", "path"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public async Task Any_length_comes_back(int length)
    {
        var path = await NewRootAsync() + "/file.bin";
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)(i * 31);
        (await Mlflow.PutAsync(path, bytes)).Gives("{}");
        var got = (await Mlflow.GetAsync(path)).Ok();
        Assert.Equal(Plain(length), got.Header("Content-Length"));
        Assert.True(bytes.AsSpan().SequenceEqual(got.Bytes));
    }

    [Fact]
    public async Task A_second_upload_replaces_the_first_and_a_delete_removes_it()
    {
        var path = await NewRootAsync() + "/a.txt";
        await Mlflow.PutAsync(path, "one"u8.ToArray());
        await Mlflow.PutAsync(path, "second"u8.ToArray());
        Assert.Equal("second", (await Mlflow.GetAsync(path)).Ok().Body);
        (await Mlflow.DeleteAsync(path)).Gives("{}");
        (await Mlflow.GetAsync(path)).IsMissing();
        var again = await Mlflow.DeleteAsync(path);
        again.Check(again.Status is 200 or 404, "deleting what is gone is no error of the server");
    }

    [Fact]
    public async Task A_folder_is_deleted_with_all_that_is_in_it_and_no_more()
    {
        var root = await NewRootAsync();
        foreach (var name in (string[])["dir/a", "dir/sub/b", "dir2/c", "dirx"])
            await Mlflow.PutAsync($"{root}/{name}", "x"u8.ToArray());
        (await Mlflow.DeleteAsync($"{root}/dir")).Gives("{}");
        Assert.Equal(["dir2", "dirx"], await NamesAsync(root, ""));
    }

    [Fact]
    public async Task The_two_lists_name_files_their_own_ways()
    {
        var root = await NewRootAsync();
        var run = root.Split('/')[^2];
        var uri = $"mlflow-artifacts:/0/{run}/artifacts";
        (await Mlflow.GetAsync("artifacts/list", ("run_id", run))).Gives($$"""{"root_uri": "{{uri}}"}""");
        await Mlflow.PutAsync($"{root}/d/a.txt", "hi"u8.ToArray());
        await Mlflow.PutAsync($"{root}/d/e/b.txt", "hello"u8.ToArray());

        (await Mlflow.GetAsync("artifacts/list", ("run_uuid", run))).Gives($$"""{"root_uri": "{{uri}}", "files": [{"path": "d", "is_dir": true}]}""");
        (await Mlflow.GetAsync("artifacts/list", ("run_id", run), ("path", "d"))).Gives($$"""
            {"root_uri": "{{uri}}", "files": [{"path": "d/a.txt", "is_dir": false, "file_size": 2}, {"path": "d/e", "is_dir": true}]}
            """);
        (await Mlflow.GetAsync(Proxy, ("path", $"0/{run}/artifacts/d"))).Gives("""
            {"files": [{"path": "a.txt", "is_dir": false, "file_size": 2}, {"path": "e", "is_dir": true}]}
            """);
        (await Mlflow.GetAsync("artifacts/list", ("run_id", run), ("path", "none"))).Gives($$"""{"root_uri": "{{uri}}"}""");
        (await Mlflow.GetAsync("artifacts/list", ("run_id", run), ("path", "d/a.txt"))).Gives($$"""{"root_uri": "{{uri}}"}""");
        (await Mlflow.GetAsync(Proxy, ("path", $"0/{run}/artifacts/none"))).Gives("{}");
    }

    [Fact]
    public async Task A_hundred_files_are_listed_in_order_of_their_names()
    {
        var root = await NewRootAsync();
        var names = Enumerable.Range(0, 100).Select(i => $"f{i:000}").ToArray();
        await Parallel.ForEachAsync(names, Cancel, async (name, _) => (await Mlflow.PutAsync($"{root}/many/{name}", Encoding.UTF8.GetBytes(name))).Ok());
        Assert.Equal(names, await NamesAsync(root, "/many"));
        foreach (var name in names)
            Assert.Equal(name, (await Mlflow.GetAsync($"{root}/many/{name}")).Ok().Body);
    }

    [Theory]
    [InlineData("bytes=0-3", "0123", "bytes 0-3/10")]
    [InlineData("bytes=4-", "456789", "bytes 4-9/10")]
    [InlineData("bytes=-2", "89", "bytes 8-9/10")]
    [InlineData("bytes=8-99", "89", "bytes 8-9/10")]
    [InlineData("bytes=9-9", "9", "bytes 9-9/10")]
    public async Task A_range_is_a_part(string range, string part, string contentRange)
    {
        var path = await NewRootAsync() + "/digits.txt";
        await Mlflow.PutAsync(path, "0123456789"u8.ToArray());
        var got = (await AskAsync(HttpMethod.Get, path, headers => headers.Range = RangeHeaderValue.Parse(range))).Is(HttpStatusCode.PartialContent);
        Assert.Equal((part, contentRange), (got.Body, got.Header("Content-Range")));
        Assert.Equal("bytes", (await Mlflow.GetAsync(path)).Ok().Header("Accept-Ranges"));
    }

    [Fact]
    public async Task A_range_beyond_the_end_cannot_be_satisfied()
    {
        var path = await NewRootAsync() + "/digits.txt";
        await Mlflow.PutAsync(path, "0123456789"u8.ToArray());
        var got = (await AskAsync(HttpMethod.Get, path, headers => headers.Range = new(10, null))).Is(HttpStatusCode.RequestedRangeNotSatisfiable);
        Assert.Equal("bytes */10", got.Header("Content-Range"));
    }

    [Fact]
    public async Task An_etag_saves_a_download_until_the_file_changes()
    {
        var path = await NewRootAsync() + "/a.txt";
        await Mlflow.PutAsync(path, "one"u8.ToArray());
        var tag = (await Mlflow.GetAsync(path)).Ok().Header("ETag");
        Assert.Matches("^\"[^\"]+\"$", tag);
        var same = (await AskAsync(HttpMethod.Get, path, headers => headers.TryAddWithoutValidation("If-None-Match", tag))).Is(HttpStatusCode.NotModified);
        Assert.Empty(same.Bytes);

        await Mlflow.PutAsync(path, "two"u8.ToArray());
        var changed = (await AskAsync(HttpMethod.Get, path, headers => headers.TryAddWithoutValidation("If-None-Match", tag))).Ok();
        Assert.Equal("two", changed.Body);
        Assert.NotEqual(tag, changed.Header("ETag"));
        // A resumed download of the old file must not be completed with the new one.
        var resumed = await AskAsync(HttpMethod.Get, path, headers =>
        {
            headers.Range = new(1, null);
            headers.TryAddWithoutValidation("If-Range", tag);
        });
        Assert.Equal("two", resumed.Ok().Body);
    }

    [Fact]
    public async Task Head_says_what_get_would_without_the_bytes()
    {
        var path = await NewRootAsync() + "/a.txt";
        await Mlflow.PutAsync(path, "12345"u8.ToArray());
        var (head, get) = ((await AskAsync(HttpMethod.Head, path)).Ok(), (await Mlflow.GetAsync(path)).Ok());
        Assert.Empty(head.Bytes);
        foreach (var name in (string[])["Content-Length", "Content-Type", "ETag", "Content-Disposition", "X-Content-Type-Options"])
            Assert.Equal(get.Header(name), head.Header(name));
        (await AskAsync(HttpMethod.Head, path + "x")).Is(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("a.txt", "text/plain")]
    [InlineData("a.json", "text/plain")]
    [InlineData("a.yaml", "text/plain")]
    [InlineData("a.yml", "text/plain")]
    [InlineData("a.py", "text/plain")]
    [InlineData("a.csv", "text/plain")]
    [InlineData("a.md", "text/plain")]
    [InlineData("a.log", "text/plain")]
    [InlineData("MLmodel", "text/plain")]
    [InlineData("a.png", "image/png")]
    [InlineData("a.jpg", "image/jpeg")]
    [InlineData("a.pdf", "application/pdf")]
    [InlineData("a.gif", "image/gif")]
    [InlineData("a.pkl", "application/octet-stream")]
    [InlineData("a.unknown", "application/octet-stream")]
    [InlineData("noextension", "application/octet-stream")]
    public async Task A_type_is_guessed_from_the_name_whatever_was_claimed(string name, string type)
    {
        var root = await NewRootAsync();
        await Mlflow.PutAsync($"{root}/{name}", "x"u8.ToArray(), "text/html");
        Assert.Equal(type, (await Mlflow.GetAsync($"{root}/{name}")).Ok().ContentType);
    }

    [Theory]
    [InlineData("evil.html")]
    [InlineData("evil.svg")]
    [InlineData("evil.xhtml")]
    [InlineData("evil.xml")]
    [InlineData("evil.js")]
    [InlineData("evil.pkl")]
    [InlineData("evil")]
    public async Task A_browser_saves_artifacts_and_never_runs_them(string name)
    {
        var root = await NewRootAsync();
        await Mlflow.PutAsync($"{root}/{name}", "<html><script>alert(1)</script></html>"u8.ToArray(), "text/html");
        var run = root.Split('/')[^2];
        foreach (var got in (Answer[])[await Mlflow.GetAsync($"{root}/{name}"), await Mlflow.GetAsync("/get-artifact", ("run_id", run), ("path", name))])
        {
            got.Ok();
            got.Check(got.Header("Content-Disposition").StartsWith($"attachment; filename={name}", StringComparison.Ordinal), "attachment");
            got.Check(got.Header("X-Content-Type-Options") == "nosniff", "nosniff");
            got.Check(got.Header("Content-Security-Policy").Contains("sandbox", StringComparison.Ordinal), "a policy that runs nothing");
        }
    }

    [Fact]
    public async Task A_file_name_cannot_break_out_of_its_header()
    {
        var root = await NewRootAsync();
        const string name = "a\"; filename=evil.html; ü.txt";
        await Mlflow.PutAsync(Escape($"{root}/{name}"), "x"u8.ToArray());
        var header = (await Mlflow.GetAsync(Escape($"{root}/{name}"))).Ok().Header("Content-Disposition");
        Assert.True(ContentDispositionHeaderValue.TryParse(header, out var parsed), header);
        Assert.Equal("attachment", parsed!.DispositionType);
        Assert.Equal(name, parsed.FileNameStar);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_and_never_an_error_of_the_server()
    {
        var root = await NewRootAsync();
        var run = root.Split('/')[^2];
        (await Mlflow.GetAsync($"{root}/none.txt")).IsMissing();
        (await Mlflow.GetAsync("/get-artifact", ("run_id", run), ("path", "none.txt"))).IsMissing();
        (await Mlflow.GetAsync("/get-artifact", ("run_id", NoRun), ("path", "a"))).IsMissing($"Run with id={NoRun} not found");
        (await Mlflow.GetAsync("/get-artifact", ("run_id", run))).IsInvalid();
        (await Mlflow.GetAsync("artifacts/list", ("run_id", NoRun))).IsMissing($"Run with id={NoRun} not found");
        (await Mlflow.GetAsync("artifacts/list")).Lacks("run_id");
    }

    [Fact]
    public async Task The_page_uploads_up_to_10_MB_to_a_run()
    {
        var root = await NewRootAsync();
        var run = root.Split('/')[^2];
        Task<Answer> UploadAsync(int length) => Mlflow.SendAsync(HttpMethod.Post,
            "/ajax-api/2.0/mlflow/upload-artifact" + Wire.QueryOf(("run_uuid", run), ("path", "up/a.bin")), new ByteArrayContent(new byte[length]), null);
        (await UploadAsync(10 * 1024 * 1024)).Ok();
        Assert.Equal(10 * 1024 * 1024, (await Mlflow.GetAsync($"{root}/up/a.bin")).Ok().Bytes.Length);
        var refused = await UploadAsync((10 * 1024 * 1024) + 1);
        refused.Check(refused.Status is 400 or 413, "more than 10 MB");
    }

    [Fact]
    public async Task Files_are_not_uploaded_in_parts_where_the_store_has_none()
    {
        var root = await NewRootAsync();
        (await Mlflow.PostAsync(root.Replace("artifacts/artifacts", "artifacts/mpu/create", StringComparison.Ordinal), new { path = "x", num_parts = 2 }))
            .Fails(501, "NOT_IMPLEMENTED", "Multipart upload is not supported for the current artifact repository");
    }

    [Fact]
    public async Task Artifacts_of_a_deleted_run_are_still_read()
    {
        var root = await NewRootAsync();
        await Mlflow.PutAsync($"{root}/a.txt", "kept"u8.ToArray());
        await Mlflow.PostAsync("runs/delete", new { run_id = root.Split('/')[^2] });
        Assert.Equal("kept", (await Mlflow.GetAsync($"{root}/a.txt")).Ok().Body);
    }

    /// <summary>Where a new run's artifacts are uploaded: a path of the server.</summary>
    private async Task<string> NewRootAsync() => $"{Proxy}/0/{await NewRunAsync()}/artifacts";

    private async Task<string[]> NamesAsync(string root, string folder) =>
        (await Mlflow.GetAsync(Proxy, ("path", root[(Proxy.Length + 1)..] + folder))).Ok().Texts("files", "path");

    private Task<Answer> AskAsync(HttpMethod method, string path, Action<HttpRequestHeaders>? headers = null) => Mlflow.SendAsync(method, path, null, headers);

    // As Python's quote does: everything but letters, digits and _.-~/.
    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}

public sealed class ArtifactsOnSqlite(Servers servers) : ArtifactTests(servers, Store.Sqlite);

public sealed class ArtifactsOnPostgres(Servers servers) : ArtifactTests(servers, Store.Postgres);
