using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Archives that are not what they should be: each is refused with what is wrong, and nothing of it stays.</summary>
public sealed class HostileArchiveTests(HostileArchiveTests.Exported exported, TrackingOnSqlite sqlite) : IClassFixture<HostileArchiveTests.Exported>, IClassFixture<TrackingOnSqlite>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_archive_that_breaks_off_anywhere_is_refused()
    {
        var (whole, walk) = (exported.Archive, exported.Walk);
        var at = 0;
        var cuts = new List<int> { 0, 1, 511, 512 };
        foreach (var (_, content) in TarFile.Read(whole).Entries)
        {
            cuts.AddRange([at, at + 100, at + 512, at + 512 + (content.Length / 2), at + 512 + content.Length]);
            at += 512 + content.Length + TarHeader.Padding(content.Length);
        }

        cuts.AddRange([at, at + 512, whole.Length - 1]);
        foreach (var cut in cuts.Where(cut => cut < whole.Length).Distinct())
            await Assert.ThrowsAsync<ArchiveException>(async () => await RunAsync(walk, whole[..cut]));
        await RunAsync(walk, whole);
    }

    [Fact]
    public async Task An_archive_with_one_byte_changed_is_refused()
    {
        var (whole, walk) = (exported.Archive, exported.Walk);
        // What stands in the header's dates and modes and in the padding means nothing; the names, sizes and contents do.
        var at = 0;
        foreach (var (_, content) in TarFile.Read(whole).Entries)
        {
            foreach (var place in new[] { at, at + 130, at + 512, at + 512 + (content.Length / 2) }.Where(place => place < at + 512 || content.Length > 0))
            {
                var changed = (byte[])whole.Clone();
                changed[place] ^= 1;
                await Assert.ThrowsAsync<ArchiveException>(async () => await RunAsync(walk, changed));
            }

            at += 512 + content.Length + TarHeader.Padding(content.Length);
        }
    }

    [Fact]
    public async Task Rows_that_do_not_belong_there_are_refused_with_their_place()
    {
        var (whole, walk) = (exported.Archive, exported.Walk);
        var good = TarFile.Read(whole);
        foreach (var (entry, from, to, expected) in new (string, string, string, string)[]
        {
            ("tables/trk_run.ndjson", "{\"run_id\"", "{\"tenant_id\":1,\"run_id\"", "has a column 'tenant_id'"),
            ("tables/trk_run.ndjson", "\"revision\":", "\"revision\":\"x\",\"revision\":", "is not a whole number"),
            ("tables/trk_run.ndjson", "\"revision\":", "\"revision\":1,\"revision\":", "twice"),
            ("tables/trk_run.ndjson", "\"revision\":", "\"revision\":99999999999999999999,\"fingerprint\":", "is not a whole number of 64 bits"),
            ("tables/trk_run.ndjson", "\"status\":\"FINISHED\"", "\"status\":\"DONE\"", "must be one of RUNNING"),
            ("tables/trk_run.ndjson", "\"user_name\":\"", "\"user_name\":\"\\u0000", "null character"),
            ("tables/trk_run.ndjson", "\"user_name\":\"", "\"user_name\":\"\\ud800", "not JSON"),
            ("tables/trk_run.ndjson", "\"artifact_uri\":\"mlflow-artifacts:/", "\"artifact_uri\":\"mlflow-artifacts:/%252e%252e/", "artifact_uri"),
            ("tables/trk_run.ndjson", "\"artifact_uri\":\"mlflow-artifacts:/", "\"artifact_uri\":\"file:///a/../../etc/", "artifact_uri"),
            ("tables/trk_latest.ndjson", "\"value\":\"Infinity\"", "\"value\":\"NaN\"", "is not a number"),
            ("tables/trk_latest.ndjson", "\"is_nan\":1", "\"is_nan\":7", "neither 0 nor 1"),
            ("tables/trk_metric.ndjson", "\"points\":\"", "\"points\":\"*", "is not base64"),
            ("tables/trk_metric.ndjson", "\"points\":\"", "\"points\":\"AAAA", "has points that cannot be read"),
            ("tables/trk_run.ndjson", "\"revision\":", "\"fingerprint\":null,\"fingerprint\":", "twice"),
            ("tables/trk_counter.ndjson", "\"next\":", "\"next\":null,\"other\":", "is null"),
            ("tables/trk_counter.ndjson", "{\"name\":\"experiment\",\"next\":", "{\"name\":\"experiment\"}\n{\"name\":\"other\",\"next\":", "has no column 'next'"),
            ("tables/trk_artifact.ndjson", "\"blob_key\":\"artifacts/", "\"blob_key\":\"models/", "no key of blobs below 'artifacts/'"),
            ("tables/trk_artifact.ndjson", "\"blob_key\":\"artifacts/", "\"blob_key\":\"artifacts/../../blue/artifacts/", "no key of blobs"),
            ("tables/trk_artifact.ndjson", "\"blob_key\":\"artifacts/", "\"blob_key\":\"../blue/artifacts/", "no key of blobs"),
            ("tables/trk_artifact.ndjson", "\"folder\":\"1/", "\"folder\":\"../1/", "folder"),
            ("tables/reg_package_file.ndjson", "\"path\":\"MLmodel\"", "\"path\":\"../MLmodel\"", "path"),
            ("tables/reg_package.ndjson", "\"folder\":\"models/", "\"folder\":\"/models/", "no key of blobs"),
            ("tables/trk_input.ndjson", "\"tags\":\"[", "\"tags\":\"", "is not JSON"),
            ("tables/ten_role.ndjson", "\"name\":\"labeller\"", "\"name\":\"platform-admin\"", "'platform-admin'"),
            ("tables/ten_role.ndjson", "tracking.read", "platform.manage", "platform.manage"),
            ("tables/reg_webhook.ndjson", "{\"webhook_id\"", "{\"secret\":\"AAAA\",\"webhook_id\"", "'secret'"),
            ("tables/trk_counter.ndjson", "\"next\":", "\"next\":9223372036854775807,\"x\":", "it must be 0 to 9007199254740992"),
            ("tables/trk_experiment.ndjson", "\"updated_at\":", "\"updated_at\":-9223372036854775808,\"x\":", "updated_at"),
            ("tables/reg_model.ndjson", "\"created_at\":", "\"created_at\":9223372036854775807,\"x\":", "created_at"),
            ("tables/reg_webhook.ndjson", "\"name\":\"", "\"name\":\"\\u001b", "'name'"),
            ("tables/ten_budget.ndjson", "\"amount_cents\":", "\"amount_cents\":-9200000000000000000,\"x\":", "it must be 1 to 100000000000"),
            ("tables/ten_budget.ndjson", "\"cost_center\":\"", "\"cost_center\":\"a\\nb", "'cost_center'"),
            ("tables/trk_tag.ndjson", "\"key\":\"", "\"key\":\"" + new string('k', 600), "512 are allowed"),
        })
        {
            Assert.Contains(from, good.Text(entry), StringComparison.Ordinal);
            var bad = good.With(entry, text => text.Insert(text.IndexOf(from, StringComparison.Ordinal), "\u0001").Replace("\u0001" + from, to, StringComparison.Ordinal));
            Assert.Contains(expected, await RefusalAsync(walk, bad), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_an_older_server_did_not_have_may_be_missing()
    {
        var (whole, walk) = (exported.Archive, exported.Walk);
        var older = TarFile.Read(whole)
            .With("tables/trk_experiment.ndjson", static text => text.Replace(",\"deleted_at\":null", "", StringComparison.Ordinal))
            .With("manifest.json", static text => text.Replace("\"trk\":", "\"trk\":0,\"old\":", StringComparison.Ordinal));

        Assert.DoesNotContain("deleted_at", older.Text("tables/trk_experiment.ndjson"), StringComparison.Ordinal);
        await RunAsync(walk, older.Write());
    }

    [Fact]
    public async Task Entries_that_do_not_belong_there_are_refused()
    {
        var (whole, walk) = (exported.Archive, exported.Walk);
        var good = TarFile.Read(whole);
        var at = good.Entries.FindIndex(static e => e.Name == "tables/trk_run.ndjson");
        var blob = good.Entries.FindIndex(static e => e.Name.StartsWith("blobs/", StringComparison.Ordinal));
        Assert.True(blob > 0);
        foreach (var (expected, bad) in new (string, TarFile)[]
        {
            ("does not know", good.With(e => e.Insert(at, ("tables/sqlite_master.ndjson", [])))),
            ("does not travel", good.With(e => e.Insert(at, ("tables/ten_password.ndjson", []))).With(e => e[at] = ("tables/ten_grant.ndjson", []))),
            ("does not know", good.With(e => e.Insert(at, ("tables/ten_password.ndjson", [])))),
            ("twice", good.With(e => e.Insert(at, e[at]))),
            ("out of order", good.With("tables/trk_run.ndjson", text => string.Join('\n', text.TrimEnd('\n').Split('\n').Reverse()) + "\n")),
            ("there twice", good.With("tables/trk_counter.ndjson", text => text + text)),
            ("not where it belongs", good.With(e => (e[blob], e[blob + 1]) = (e[blob + 1], e[blob]))),
            ("does not name as missing", good.With(e => e.RemoveAt(blob))),
            ("not where it belongs", good.With(e => e.Insert(blob, ("blobs/9999999999", [1])))),
            ("not one that archives", good.With(e => e.Insert(blob, ("etc/passwd", [1])))),
            ("whose name", good.Raw(e => e.Insert(blob, ("../passwd", [1])))),
            ("whose name", good.Raw(e => e.Insert(blob, ("/passwd", [1])))),
            ("has no trailer", good.Raw(e => e.RemoveAt(e.Count - 1))),
            ("after the trailer", good.Raw(e => e.Add(("blobs/0000000001", [1])))),
            ("does not begin with a manifest", good.Raw(e => e.RemoveAt(0))),
            ("changed or lost a part", good.Raw(e => e[at] = (e[at].Name, e[at].Content[..(e[at].Content.AsSpan().IndexOf((byte)'\n') + 1)]))),
            ("format version 2", good.With("manifest.json", text => text.Replace("\"format_version\":1", "\"format_version\":2", StringComparison.Ordinal))),
            ("newer server", good.With("manifest.json", text => text.Replace("\"trk\":", "\"trk\":9", StringComparison.Ordinal))),
            ("not that of an archive", good.With("manifest.json", text => text.Replace("orrery-workspace", "other", StringComparison.Ordinal))),
            ("too long", good.With("manifest.json", text => text.Replace("\"display_name\":\"", "\"display_name\":\"" + new string('x', 500), StringComparison.Ordinal))),
            ("within a line", good.With("tables/trk_run.ndjson", text => text.TrimEnd('\n'))),
        })
            Assert.Contains(expected, await RefusalAsync(walk, bad), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_in_the_archive_is_refused()
    {
        var (whole, walk) = (exported.Archive, exported.Walk);
        using var packed = new MemoryStream();
        await using (var tar = new System.Formats.Tar.TarWriter(packed, System.Formats.Tar.TarEntryFormat.Ustar, leaveOpen: true))
        {
            await tar.WriteEntryAsync(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "manifest.json") { DataStream = new MemoryStream(TarFile.Read(whole)["manifest.json"]) }, Cancel);
            await tar.WriteEntryAsync(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.SymbolicLink, "tables/trk_run.ndjson") { LinkName = "/etc/passwd" }, Cancel);
        }

        var refused = await Assert.ThrowsAsync<ArchiveException>(async () => await RunAsync(walk, packed.ToArray()));
        Assert.Contains("not a plain file", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_only_the_database_or_the_hashes_can_tell_ends_the_import_and_nothing_stays(bool postgres)
    {
        await using var own = postgres ? await TrackingOnPostgres.StartOwnAsync() : null;
        var server = own ?? sqlite.Server;
        var red = new MovedWorkspace(server.Client, "red");
        await red.FillAsync();
        var good = TarFile.Read(await red.ExportAsync());
        var blob = good.Entries.FindIndex(static e => e.Name.StartsWith("blobs/", StringComparison.Ordinal));
        foreach (var (expected, bad) in new (string, TarFile)[]
        {
            ("hashes differ", good.With(e => e[blob] = (e[blob].Name, [.. e[blob].Content.Select(static b => (byte)~b)]))),
            ("its row says", good.With(e => e[blob] = (e[blob].Name, [1, 2, 3]))),
            ("does not take these rows of trk_experiment", good.With("tables/trk_experiment.ndjson", static text => text.Replace("\"name\":\"Default\"", "\"name\":\"Träume\"", StringComparison.Ordinal))),
            ("trk_run whose experiment_id is of no row of trk_experiment", good.With("tables/trk_run.ndjson", static text => text.Replace("\"experiment_id\":1,", "\"experiment_id\":999,", StringComparison.Ordinal))),
            ("reg_version whose model_id is of no row of reg_model", good.With("tables/reg_version.ndjson", static text => text.Replace("\"model_id\":\"", "\"model_id\":\"0", StringComparison.Ordinal))),
            ("trk_param whose run_id is of no row of trk_run", good.With("tables/trk_param.ndjson", static text => text.Replace("\"run_id\":\"", "\"run_id\":\"0", StringComparison.Ordinal))),
            ("blobs/00000", good.With("tables/trk_artifact.ndjson", static text => string.Join('\n', text.TrimEnd('\n').Split('\n').SkipLast(1)) + "\n")),
        })
        {
            var job = await MovedWorkspace.ImportAsync(server.Client, bad.Write(), "blue");
            Assert.Equal("failed", (string)job["state"]!);
            Assert.Contains(expected, (string)job["error"]!["message"]!, StringComparison.Ordinal);
            await NothingStaysAsync(server);
        }

        Assert.Equal("succeeded", (string)(await MovedWorkspace.ImportAsync(server.Client, good.Write(), "blue"))["state"]!);
    }

    [Fact]
    public async Task A_name_that_is_taken_cannot_be_one_or_what_is_no_archive_is_refused_at_once()
    {
        var server = sqlite.Server;
        var red = new MovedWorkspace(server.Client, "taken");
        await red.FillAsync();
        var archive = await red.ExportAsync();

        Assert.Equal((HttpStatusCode.Conflict, "tenancy.workspace_exists"), await AnswerAsync(server, archive, null));
        Assert.Equal((HttpStatusCode.Conflict, "tenancy.workspace_exists"), await AnswerAsync(server, archive, "taken"));
        Assert.Equal((HttpStatusCode.BadRequest, "tenancy.invalid_workspace"), await AnswerAsync(server, archive, "Not..good"));
        Assert.Equal((HttpStatusCode.BadRequest, "tenancy.invalid_archive"), await AnswerAsync(server, "hello"u8.ToArray(), "free"));
        Assert.Equal((HttpStatusCode.BadRequest, "tenancy.invalid_archive"), await AnswerAsync(server, [], "free"));
        await NothingStaysAsync(server, "free");
    }

    [Fact]
    public async Task Files_that_are_in_the_way_stay_and_the_import_says_so()
    {
        var server = sqlite.Server;
        var red = new MovedWorkspace(server.Client, "kept");
        await red.FillAsync();
        var theirs = Path.Combine(server.DataDir, "blobs", "barred", "artifacts", "x");
        Directory.CreateDirectory(Path.GetDirectoryName(theirs)!);
        await File.WriteAllTextAsync(theirs, "theirs", Cancel);

        var job = await MovedWorkspace.ImportAsync(server.Client, await red.ExportAsync(), "barred");

        Assert.Equal("tenancy.blobs_in_the_way", (string)job["error"]!["code"]!);
        Assert.Equal("theirs", await File.ReadAllTextAsync(theirs, Cancel));
    }

    /// <summary>No workspace of the name, no files, no archive: the name can be used at once.</summary>
    internal static async Task NothingStaysAsync(ServerProcess server, string name = "blue")
    {
        var listed = await server.Client.GetStringAsync(new Uri("api/v1/workspaces", UriKind.Relative), Cancel);
        Assert.DoesNotContain($"\"{name}\"", listed, StringComparison.Ordinal);
        foreach (var folder in new[] { name, "_imports" })
        {
            var path = Path.Combine(server.DataDir, "blobs", folder);
            Assert.True(!Directory.Exists(path) || Directory.GetFiles(path, "*", SearchOption.AllDirectories).Length == 0, $"{folder} has files left.");
        }
    }

    private static async Task<(HttpStatusCode, string)> AnswerAsync(ServerProcess server, byte[] archive, string? name)
    {
        var (status, problem) = await MovedWorkspace.SendAsync(server.Client, archive, name);
        return (status, (string)problem["code"]!);
    }

    private static async Task<string> RefusalAsync(ArchiveWalk walk, TarFile bad) =>
        (await Assert.ThrowsAsync<ArchiveException>(async () => await RunAsync(walk, bad.Write()))).Message;

    private static async Task RunAsync(ArchiveWalk walk, byte[] archive)
    {
        using var stream = new MemoryStream(archive, writable: false);
        await walk.RunAsync(stream, "blue", new(), Cancel);
    }

    /// <summary>An archive of a filled workspace, and what reads it; nobody writes where it came from.</summary>
    public sealed class Exported : IAsyncLifetime
    {
        private ServerInProcess _server = null!;

        public byte[] Archive { get; private set; } = null!;

        internal ArchiveWalk Walk => _server.Services.GetRequiredService<ArchiveWalk>();

        public async ValueTask InitializeAsync()
        {
            _server = await ServerInProcess.StartAsync();
            using var http = new HttpClient { BaseAddress = _server.Address };
            var red = new MovedWorkspace(http, "red");
            await red.FillAsync();
            Archive = await red.ExportAsync();
        }

        public ValueTask DisposeAsync() => _server.DisposeAsync();
    }
}
