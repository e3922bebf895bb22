using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Events of our own are what OpenLineage asks for, and are written to a file whole or not at all.</summary>
public sealed class FactEventTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-lineage-").FullName;
    private static readonly Dictionary<(string, string, string), string> Details = new()
    {
        [("orrery/default/feature-views", "p/v", "age")] = """{"transformations":[{"type":"DIRECT","subtype":"AGGREGATION"}]}""",
    };

    private readonly FakeTimeProvider _clock = new();

    private string Path => System.IO.Path.Combine(_folder, "logs", "lineage.ndjson");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_event_has_what_is_required_and_our_own_reader_draws_it()
    {
        var names = new FactNames("orrery/default");
        var set = names.Dataset(new GraphNode(NodeKinds.TrainingSet, "t1") { Name = "churn" })! with { Columns = [new("age", [("orrery/default/feature-views", "p/v", "age")]) { Details = Details }, new("alone", [])] };
        var version = names.Dataset(new GraphNode(NodeKinds.ModelVersion, "m1/3") { Name = "churn/3" })!;
        var fact = new LineageFact(NodeKinds.Run, "0193a1b2000070008000000000000001", LineageFact.Fail, 1_795_168_800_000) { Job = "experiments/1", JobType = "MODEL", StartedAt = 1_795_168_000_000, Error = "no memory" };
        var written = FactEventJson.Write(new(fact, Guid.Parse(fact.Key), "orrery/default", "experiments/1") { Inputs = [set], Outputs = [version], Commit = "abc" });

        var json = JsonNode.Parse(written.Span)!;
        var read = EventReader.Read(written).Value;

        Assert.DoesNotContain("\n", Encoding.UTF8.GetString(written.Span), StringComparison.Ordinal);
        Assert.Equal("2026-11-20T10:00:00.000Z", (string)json["eventTime"]!);
        Assert.Equal("0193a1b2-0000-7000-8000-000000000001", (string)json["run"]!["runId"]!);
        Assert.Equal("no memory", (string)json["run"]!["facets"]!["errorMessage"]!["message"]!);
        Assert.Equal("abc", (string)json["run"]!["facets"]!["orrery_run"]!["codeCommit"]!);
        Assert.Equal("MODEL", (string)json["job"]!["facets"]!["jobType"]!["jobType"]!);
        Assert.Equal("3", (string)json["outputs"]![0]!["facets"]!["version"]!["datasetVersion"]!);
        Assert.Equal("p/v", (string)json["inputs"]![0]!["facets"]!["columnLineage"]!["fields"]!["age"]!["inputFields"]![0]!["name"]!);
        Assert.Equal("AGGREGATION", (string)json["inputs"]![0]!["facets"]!["columnLineage"]!["fields"]!["age"]!["inputFields"]![0]!["transformations"]![0]!["subtype"]!);
        foreach (var facets in new[] { json["run"], json["job"], json["inputs"]![0], json["outputs"]![0] })
            Assert.All(facets!["facets"]!.AsObject(), static facet => Assert.True(Uri.IsWellFormedUriString((string?)facet.Value!["_schemaURL"], UriKind.Absolute) && facet.Value["_producer"] is not null, facet.Key));
        Assert.Equal(("run", "FAIL", "orrery/default|experiments/1"), (read.Kind, read.EventType, read.Job));
        Assert.Equal(["dataset:orrery/default/training-sets|churn > job:orrery/default|experiments/1"], read.Edges.Select(static edge => $"{edge.From.Id} > {edge.To.Id}"));
    }

    [Theory]
    [InlineData(NodeKinds.Source, "p/orders", null, "o/w/sources", "p/orders", null)]
    [InlineData(NodeKinds.FeatureViewVersion, "p/v@v3", null, "o/w/feature-views", "p/v", "v3")]
    [InlineData(NodeKinds.ModelVersion, "m1/3", "a/b/3", "o/w/models", "a/b", "3")]
    [InlineData(NodeKinds.Dataset, "s3://b%7Cc|x%25@y", null, "s3://b|c", "x%@y", null)]
    [InlineData(NodeKinds.LoggedModel, "m-1", null, "o/w/logged-models", "m-1", null)]
    public void Nodes_have_the_names_of_data_sets(string kind, string key, string? name, string space, string expected, string? version)
    {
        var set = new FactNames("o/w").Dataset(new(kind, key) { Name = name! })!;

        Assert.Equal((space, expected, version), (set.Space, set.Name, set.Version));
    }

    [Fact]
    public void What_our_runs_log_has_its_digest_for_a_version_and_a_commit_is_no_data_set()
    {
        var names = new FactNames("o/w");
        var logged = names.Dataset(new(NodeKinds.Dataset, "local|iris@d1") { Guard = new(NodeGuard.Experiment, "1") })!;

        Assert.Equal(("local", "iris", "d1"), (logged.Space, logged.Name, logged.Version));
        Assert.Null(names.Dataset(new(NodeKinds.CodeCommit, "abc")));
        Assert.Equal(("o/w/feature-views", "p/v", "age"), names.Field(new(NodeKinds.Feature, "p/v@v3#age")));
    }

    [Fact]
    public async Task Lines_are_whole_after_a_kill_and_long_files_are_put_aside()
    {
        var options = new OpenLineageOptions { Path = Path, MaxFileBytes = 4096 };
        await SendAsync(new FileSink(options, _clock), "{\"a\":1}");
        await File.AppendAllTextAsync(Path, "{\"torn\":", Cancel);
        var sink = new FileSink(options, _clock);
        await SendAsync(sink, "{\"a\":2}");
        var lines = await File.ReadAllLinesAsync(Path, Cancel);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(sink, $"\"{new string('x', 4080)}\"");

        Assert.Equal(["{\"a\":1}", "{\"a\":2}"], lines);
        Assert.Equal(2, Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!).Length);
        Assert.Single(await File.ReadAllLinesAsync(Path, Cancel));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_and_an_address_that_is_not_public_are_failures_that_are_tried_again()
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(_folder, "logs"), "a file, not a folder", Cancel);
        using var http = new HttpSink(new() { Url = "http://127.0.0.1:1/", Timeout = TimeSpan.FromSeconds(5) }, TimeProvider.System);

        var file = await new FileSink(new() { Path = Path }, _clock).SendAsync("{}"u8.ToArray(), Cancel);
        var refused = await http.SendAsync("{}"u8.ToArray(), Cancel);

        Assert.Equal((FailureKind.Unavailable, "lineage.file_away"), (file.Failure!.Kind, file.Failure.Code));
        Assert.Equal("lineage.receiver_away", refused.Failure!.Code);
        Assert.Contains("AllowPrivateNetworks", refused.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_cannot_work_are_named()
    {
        Assert.Empty(new OpenLineageOptions().Problems());
        Assert.Empty(new OpenLineageOptions { Url = "https://lineage.example.org/api/v1/lineage", Token = "t" }.Problems());
        foreach (var wrong in new OpenLineageOptions[]
        {
            new() { Url = "ftp://x/" }, new() { Url = "http://user@example.org/" }, new() { Url = "http://localhost/" }, new() { Url = "http://10.0.0.1/" }, new() { Token = "x" },
            new() { Namespace = "" }, new() { MaxFileBytes = 1 }, new() { Timeout = TimeSpan.Zero },
        })
            Assert.Single(wrong.Problems());
    }

    private static async Task SendAsync(FileSink sink, string line) => Assert.True((await sink.SendAsync(Encoding.UTF8.GetBytes(line), Cancel)).Succeeded);
}
