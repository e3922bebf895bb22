using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Orrery.Cli;
using Orrery.Client;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>The verbs of the feature store: what they ask the server, show and end with.</summary>
public sealed class FeatureVerbTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-feature-verbs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("quarantine list --limit 2", "/quality/quarantine?limit=2", """{"rows":[{"check_id":"c1","source":"s","broke":["be_between rating"],"row":"{}"}]}""", "be_between rating", 0)]
    [InlineData("quality list --view v --source s", "/quality?view=v&source=s&limit=100", """{"reports":[{"id":"c1","source":"s","reason":"push","outcome":"warned","results":[{"passed":false},{"passed":true}]}]}""", "1 of 2", 0)]
    [InlineData("quality show c1", "/quality/c1", """{"id":"c1","outcome":"rejected","results":[{"rule":{"expect":"be_unique"},"passed":false,"error":"no such column"}]}""", "no such column", 1)]
    [InlineData("usage --days 7", "/usage?days=7", """{"project":"p","days":7,"features":3,"used":2,"reused":1,"reads":[{"kind":"service","name":"tips","reads":12}]}""", "tips", 0)]
    [InlineData("erasures list", "/erasures?limit=100", """{"receipts":[{"id":"e1","join_keys":["driver_id"],"places":[{"deleted":2},{"deleted":3}],"is_complete":true}]}""", "driver_id 5       yes", 0)]
    [InlineData("erasures show e1", "/erasures/e1", """{"id":"e1","places":[{"kind":"warehouse","name":"t","found":1,"note":"ask them"}]}""", "ask them", 1)]
    [InlineData("materializations list --view v", "/materializations?view=v&limit=100", """{"runs":[{"id":"r1","view":"v","state":"running","progress":0.25}]}""", "25%", 0)]
    [InlineData("materializations show r1", "/materializations/r1", """{"id":"r1","view":"v","state":"failed","error":"gone"}""", "gone", 1)]
    [InlineData("training-set show t1", "/training-sets/t1", """{"training_set_id":"t1","state":"ready","manifest":{"projections":[{"view":"v","version":3}]},"statistics":[{"name":"trips","type":"int64","count":4,"nulls":1,"mean":2.5}]}""", "v v3", 0)]
    public async Task Verbs_ask_for_what_they_show(string arguments, string path, string answer, string shown, int exitCode)
    {
        var server = new StubServer().Answer(answer);
        var run = await RunAsync(server, [.. arguments.Split(' '), "-p", "p"]);
        Assert.True(exitCode == run.ExitCode, run.Error);
        Assert.EndsWith("/api/v1/features/projects/p" + path, server.Requests.Single().Url.PathAndQuery, StringComparison.Ordinal);
        Assert.Contains(shown, run.Out.Replace(" %", "%", StringComparison.Ordinal), StringComparison.Ordinal);
        var json = await RunAsync(new StubServer().Answer(answer), [.. arguments.Split(' '), "-p", "p", "--json"]);
        Assert.Equal(exitCode, json.ExitCode);
        Assert.NotNull(JsonNode.Parse(json.Out));
    }

    [Fact]
    public async Task Cancelling_a_run_cancels_its_job()
    {
        var server = new StubServer().Answer("""{"id":"r1","view":"v"}""").Answer("""{"job_id":"r1","kind":"features.materialize","state":"running","attempts":1}""");
        var run = await RunAsync(server, "materializations", "cancel", "r1");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal((HttpMethod.Post, "/api/v1/jobs/r1/cancel"), (server.Requests[1].Method, server.Requests[1].Url.AbsolutePath));
        Assert.Contains("running until it stops", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("files delete rides/a.csv", "/api/v1/features/files/rides/a.csv")]
    [InlineData("quarantine clear --check c1 -p p", "/api/v1/features/projects/p/quality/quarantine?check_id=c1")]
    [InlineData("training-set delete t1 -p p", "/api/v1/features/projects/p/training-sets/t1")]
    [InlineData("delete p", "/api/v1/features/projects/p")]
    [InlineData("erase --entity k=1 -p p", "/api/v1/features/projects/p/erase")]
    public async Task What_destroys_needs_to_be_meant(string arguments, string path)
    {
        var server = new StubServer().Answer("""{"is_complete":true}""");
        var unasked = await RunAsync(server, arguments.Split(' '));
        Assert.Equal((ExitCodes.Usage, 0), (unasked.ExitCode, server.Requests.Count));
        Assert.Contains("--yes", unasked.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(server, [.. arguments.Split(' '), "--yes"])).ExitCode);
        Assert.Equal(path, server.Requests.Single().Url.PathAndQuery);
    }

    [Theory]
    [InlineData("n", ExitCodes.Usage, 0)]
    [InlineData(null, ExitCodes.Usage, 0)]
    [InlineData("y", ExitCodes.Ok, 1)]
    public async Task On_a_terminal_it_is_asked(string? answer, int exitCode, int requests)
    {
        var server = new StubServer().Answer(HttpStatusCode.NoContent, "");
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await MlopsCommand.RunAsync(["features", "delete", "rides"], new CliHost(output, errors, _ => null, new InstantTime()) { Handler = () => server, Ask = () => answer });
        Assert.Equal((exitCode, requests), (code, server.Requests.Count));
        Assert.Contains("Project rides would be deleted", errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"k":["1","2"]}""", "k=1,2")]
    [InlineData("""{"k":["1","2"]}""", "k=1", "k=2")]
    [InlineData("""{"k":["a,b",3,null]}""", """k=["a,b",3,null]""")]
    [InlineData("""{"k":["a,b","c","d"],"x":["="]}""", """k=["a,b"]""", "x==", "k=c,d")]
    public async Task Rows_of_online_reads_may_be_given_in_three_ways(string expected, params string[] entities)
    {
        var server = new StubServer().Answer("""{"results":[],"metadata":{"feature_names":[]}}""");
        var run = await RunAsync(server, ["get-online", "--features", "v:f", .. entities.SelectMany(static one => new[] { "--entity", one })]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(expected, JsonNode.Parse(server.Requests.Single().Body)!["entities"]!.ToJsonString());
    }

    [Theory]
    [InlineData("get-online --features v:f --entity k=[1", "--entity k")]
    [InlineData("get-online --features v:f --entity k", "key=value")]
    [InlineData("get-online --entity k=1", "Say which features")]
    [InlineData("check", "either a view or --source")]
    [InlineData("erase --entity k=1 --entity k=2 --yes", "given twice")]
    [InlineData("quality list --limit 0", "--limit")]
    [InlineData("rollback one", "not the number of a revision")]
    [InlineData("revisions -1", "-1")]
    [InlineData("files delete ../../models/x --yes", "'..'")]
    [InlineData("upload /etc/hostname --path a/../../x", "'..'")]
    [InlineData("plan nowhere.yaml", "There is no file 'nowhere.yaml'")]
    [InlineData("import-feast nowhere.db", "There is no file 'nowhere.db'")]
    public async Task What_is_wrong_on_the_line_is_told_before_anything_is_asked(string arguments, string part)
    {
        var server = new StubServer().Answer("{}");
        var run = await RunAsync(server, arguments.Split(' '));
        Assert.Equal((ExitCodes.Usage, 0), (run.ExitCode, server.Requests.Count));
        Assert.Contains(part, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_manifest_that_is_none_is_told(string text)
    {
        var file = Path.Combine(_folder.FullName, "manifest.json");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        var run = await RunAsync(new StubServer().Answer("{}"), "reproduce", "--manifest", file);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("is no manifest", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await RunAsync(new StubServer().Answer("{}"), "reproduce", "--manifest", file + ".missing")).ExitCode);
    }

    [Fact]
    public async Task A_job_of_a_join_is_watched_and_a_failed_download_leaves_the_file_alone()
    {
        var (entities, output) = (Path.Combine(_folder.FullName, "rows.csv"), Path.Combine(_folder.FullName, "out.csv"));
        await File.WriteAllTextAsync(entities, "k\n1\n", TestContext.Current.CancellationToken);
        var server = new StubServer().Answer(HttpStatusCode.Accepted, """{"job_id":"j1","state":"queued"}""")
            .Answer("""{"job_id":"j1","state":"running","progress":0,"message":""}""").Answer("""{"job_id":"j1","state":"running","progress":0.4,"message":"Joining view v"}""")
            .Answer("""{"job_id":"j1","state":"succeeded","progress":1}""").Answer("k,f\n1,2\n");
        var run = await RunAsync(server, "historical", "--entities", entities, "--features", "v:f", "-o", output);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("k,f\n1,2\n", await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken));
        Assert.Contains("Joining: 0 %", run.Error, StringComparison.Ordinal);
        Assert.Contains("Joining view v: 40 %", run.Error, StringComparison.Ordinal);

        var missing = await RunAsync(new StubServer().Answer(HttpStatusCode.NotFound, """{"code":"features.training_set_not_found","detail":"There is none."}"""), "training-set", "download", "t1", "-o", output);
        Assert.Equal(ExitCodes.NotFound, missing.ExitCode);
        Assert.Equal("k,f\n1,2\n", await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken));
        Assert.Equal(2, _folder.GetFiles().Length);
    }

    [Theory]
    [InlineData("ready", ExitCodes.Ok)]
    [InlineData("failed", ExitCodes.Failed)]
    public async Task A_training_set_is_waited_for(string state, int exitCode)
    {
        var entities = Path.Combine(_folder.FullName, "rows.csv");
        await File.WriteAllTextAsync(entities, "k\n1\n", TestContext.Current.CancellationToken);
        const string building = """{"training_set_id":"t1","project":"p","state":"building"}""";
        StubServer Server() => new StubServer().Answer(HttpStatusCode.Accepted, building).Answer(building).Answer($$"""{"training_set_id":"t1","project":"p","state":"{{state}}","problem":"why"}""");
        string[] arguments = ["training-set", "create", "t", "-p", "p", "--entities", entities, "--service", "s"];
        var run = await RunAsync(Server(), arguments);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(state, run.Out, StringComparison.Ordinal);
        Assert.Contains("building", (await RunAsync(Server(), [.. arguments, "--no-wait"])).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_without_entities_say_so()
    {
        var server = new StubServer().Answer("""{"results":[],"metadata":{"feature_names":[]}}""");
        await RunAsync(server, "get-online", "--features", "world:rate");
        Assert.Equal("{}", JsonNode.Parse(server.Requests.Single().Body)!["entities"]!.ToJsonString());
    }

    [Fact]
    public async Task Who_stops_waiting_for_a_join_cancels_its_job()
    {
        var entities = Path.Combine(_folder.FullName, "rows.csv");
        await File.WriteAllTextAsync(entities, "k\n1\n", TestContext.Current.CancellationToken);
        var server = new StubServer().Answer(HttpStatusCode.Accepted, """{"job_id":"j1","state":"queued"}""").Answer("""{"job_id":"j1","state":"running","progress":0.4}""");
        using var client = server.Client();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            client.Features.HistoricalAsync(new() { Project = "p", Entities = entities, Features = ["v:f"] }, Stream.Null, _ => stop.Cancel(), stop.Token));
        Assert.Equal((HttpMethod.Post, "/api/v1/jobs/j1/cancel"), (server.Requests[^1].Method, server.Requests[^1].Url.AbsolutePath));
    }

    [Fact]
    public async Task Help_of_every_verb_has_an_example()
    {
        foreach (var path in Leaves(FeaturesCommand.Create(), ["features"]))
        {
            var run = await CliRun.OfAsync(new StubServer().Answer("{}"), [.. path, "--help"]);
            Assert.Equal(0, run.ExitCode);
            Assert.Contains($"Example:\n  mlops {string.Join(' ', path)} ", run.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string[]> Leaves(Command command, string[] path) =>
        command.Subcommands.Count == 0 ? [path] : command.Subcommands.SelectMany(sub => Leaves(sub, [.. path, sub.Name]));

    private static Task<CliRun> RunAsync(StubServer server, params string[] arguments) => CliRun.OfAsync(server, ["features", .. arguments]);
}
