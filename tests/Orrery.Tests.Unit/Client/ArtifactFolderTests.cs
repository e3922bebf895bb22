using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Orrery.Client;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class ArtifactFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-client-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_goes_below_the_run_with_its_path_encoded_and_its_hash_compared()
    {
        var sha = Sha("hi");
        var server = new StubServer().Answer(HttpStatusCode.OK, "{}", response => response.Headers.Add(OrreryHeaders.Sha256, sha));
        using var client = server.Client();
        var folder = client.Artifacts.At("mlflow-artifacts:/1/r/artifacts");

        var file = await folder.UploadFileAsync(Local("a.txt", "hi"), "my dir/ä#.txt", cancel: Cancel);

        Assert.Equal(
            "http://stub:5000/api/2.0/mlflow-artifacts/artifacts/1/r/artifacts/my%20dir/%C3%A4%23.txt", server.Requests[0].Url.AbsoluteUri);
        Assert.Equal("hi", server.Requests[0].Body);
        Assert.Equal(new TransferredFile("my dir/ä#.txt", 2, sha, Verified: true), file);
    }

    [Fact]
    public async Task An_upload_that_the_server_received_damaged_is_refused()
    {
        var server = new StubServer().Answer(HttpStatusCode.OK, "{}", response => response.Headers.Add(OrreryHeaders.Sha256, Sha("ho")));
        using var client = server.Client();

        await Assert.ThrowsAsync<OrreryIntegrityException>(
            () => client.Artifacts.At("mlflow-artifacts:/1").UploadFileAsync(Local("a.txt", "hi"), "a.txt", cancel: Cancel));
    }

    [Fact]
    public async Task A_folder_goes_up_file_by_file_with_progress_to_the_last_byte()
    {
        Local("one.txt", "1");
        Local("sub/two.txt", "22");
        var server = new StubServer().Answer("{}");
        using var client = server.Client();
        var progress = new Last();

        var files = await client.Artifacts.At("mlflow-artifacts:/1").UploadFolderAsync(_folder.FullName, "model", progress, Cancel);

        Assert.Equal(["model/one.txt", "model/sub/two.txt"], files.Select(file => file.Path));
        Assert.Equal((2, 3L), (progress.Files, progress.Bytes));
    }

    [Fact]
    public async Task A_download_appears_whole_and_verified()
    {
        var server = new StubServer().Answer(_ => Content("hello", "hello"));
        using var client = server.Client();
        var target = Path.Combine(_folder.FullName, "down", "a.txt");

        var file = await client.Artifacts.At("mlflow-artifacts:/1").DownloadFileAsync("a.txt", target, cancel: Cancel);

        Assert.Equal("hello", await File.ReadAllTextAsync(target, Cancel));
        Assert.True(file.Verified);
        Assert.Equal([target], Directory.GetFiles(Path.GetDirectoryName(target)!));
    }

    [Fact]
    public async Task A_damaged_download_leaves_nothing_behind()
    {
        var server = new StubServer().Answer(_ => Content("hellO", "hello"));
        using var client = server.Client();
        var target = Path.Combine(_folder.FullName, "a.txt");

        await Assert.ThrowsAsync<OrreryIntegrityException>(
            () => client.Artifacts.At("mlflow-artifacts:/1").DownloadFileAsync("a.txt", target, cancel: Cancel));

        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public async Task A_broken_download_continues_where_it_stopped()
    {
        var server = new StubServer()
            .Answer(_ => Content("hel", "hello", length: 5))
            .Answer(request => Partial(request, "hello"));
        using var client = server.Client();
        var target = Path.Combine(_folder.FullName, "a.txt");

        var file = await client.Artifacts.At("mlflow-artifacts:/1").DownloadFileAsync("a.txt", target, cancel: Cancel);

        Assert.Equal("hello", await File.ReadAllTextAsync(target, Cancel));
        Assert.True(file.Verified);
        Assert.Equal("bytes=3-", server.Messages[1].Headers.Range?.ToString());
        Assert.Equal($"\"{Sha("hello")}\"", server.Messages[1].Headers.IfRange?.ToString());
    }

    [Fact]
    public async Task What_an_earlier_process_left_behind_is_continued()
    {
        var target = Local("a.txt.part", "hel")[..^".part".Length];
        Local("a.txt.part.etag", $"\"{Sha("hello")}\"");
        var server = new StubServer().Answer(request => Partial(request, "hello"));
        using var client = server.Client();

        await client.Artifacts.At("mlflow-artifacts:/1").DownloadFileAsync("a.txt", target, cancel: Cancel);

        Assert.Equal("hello", await File.ReadAllTextAsync(target, Cancel));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_file_that_changed_in_between_is_fetched_anew()
    {
        var target = Local("a.txt.part", "old")[..^".part".Length];
        Local("a.txt.part.etag", $"\"{Sha("old stuff")}\"");
        var server = new StubServer().Answer(_ => Content("hello", "hello"));
        using var client = server.Client();

        await client.Artifacts.At("mlflow-artifacts:/1").DownloadFileAsync("a.txt", target, cancel: Cancel);

        Assert.Equal("hello", await File.ReadAllTextAsync(target, Cancel));
    }

    [Fact]
    public async Task A_part_that_is_longer_than_the_file_is_fetched_anew()
    {
        var target = Local("a.txt.part", "hello and more")[..^".part".Length];
        Local("a.txt.part.etag", $"\"{Sha("hello")}\"");
        var server = new StubServer().Answer(HttpStatusCode.RequestedRangeNotSatisfiable).Answer(_ => Content("hello", "hello"));
        using var client = server.Client();

        await client.Artifacts.At("mlflow-artifacts:/1").DownloadFileAsync("a.txt", target, cancel: Cancel);

        Assert.Equal("hello", await File.ReadAllTextAsync(target, Cancel));
    }

    [Fact]
    public async Task A_name_that_leaves_the_folder_is_refused()
    {
        var server = new StubServer()
            .Answer("""{"files":[{"path":"../../evil.txt","is_dir":false,"file_size":1}]}""")
            .Answer(_ => Content("x", "x"));
        using var client = server.Client();

        await Assert.ThrowsAsync<InvalidDataException>(
            () => client.Artifacts.At("mlflow-artifacts:/1").DownloadFolderAsync("", Path.Combine(_folder.FullName, "in"), cancel: Cancel));
    }

    [Theory]
    [InlineData("mlflow-artifacts:/1/r/artifacts", "1/r/artifacts")]
    [InlineData("mlflow-artifacts://host:80/1/r", "1/r")]
    [InlineData("mlflow-artifacts:/", "")]
    public void An_address_names_a_folder_of_the_server(string uri, string path)
    {
        using var client = new StubServer().Answer("{}").Client();

        Assert.Equal(path, client.Artifacts.At(uri).Path);
    }

    [Fact]
    public void The_files_of_another_store_are_refused()
    {
        using var client = new StubServer().Answer("{}").Client();

        Assert.Throws<NotSupportedException>(() => client.Artifacts.At("s3://bucket/1"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static HttpResponseMessage Content(string body, string whole, long? length = null)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(body))) };
        response.Content.Headers.ContentLength = length ?? body.Length;
        response.Headers.ETag = new EntityTagHeaderValue($"\"{Sha(whole)}\"");
        return response;
    }

    private static HttpResponseMessage Partial(HttpRequestMessage request, string whole)
    {
        var from = (int)request.Headers.Range!.Ranges.Single().From!.Value;
        var response = Content(whole[from..], whole);
        response.StatusCode = HttpStatusCode.PartialContent;
        response.Content.Headers.ContentRange = new ContentRangeHeaderValue(from, whole.Length - 1, whole.Length);
        return response;
    }

    private string Local(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed class Last : IProgress<TransferProgress>
    {
        private readonly Lock _lock = new();

        public int Files { get; private set; }

        public long Bytes { get; private set; }

        public void Report(TransferProgress value)
        {
            lock (_lock)
                (Files, Bytes) = (Math.Max(Files, value.Files), Math.Max(Bytes, value.Bytes));
        }
    }
}
