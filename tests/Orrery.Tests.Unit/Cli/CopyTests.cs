using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orrery.Cli;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class CopyTests : IDisposable
{
    private const string R1 = "0123456789abcdef0123456789abcde1";
    private const string R2 = "0123456789abcdef0123456789abcde2";
    private const string R3 = "0123456789abcdef0123456789abcde3";
    private const string M1 = "m-0123456789abcdef0123456789abcde4";
    private static readonly string[] Import = ["import", "mlflow", "--from", "http://old:5000", "--server", "http://new:5000"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-copy-tests-");
    private readonly Network _network = new();

    public CopyTests() => Fill(_network["old"]);

    private MemoryServer Old => _network["old"];

    private MemoryServer New => _network["new"];

    private string ArchiveFolder => Path.Combine(_folder.FullName, "archive");

    [Fact]
    public async Task A_whole_server_is_copied()
    {
        var run = await _network.RunAsync([.. Import, "--json"]);

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        AssertAllIsThere();
        var summary = JsonDocument.Parse(run.Out).RootElement;
        Assert.True(summary.GetProperty("complete").GetBoolean());
        Assert.Equal(3, summary.GetProperty("runs").GetInt32());
        Assert.Equal(2502, summary.GetProperty("metric_points").GetInt32());
        Assert.Equal(0, summary.GetProperty("files_compared_by_length").GetInt32());
    }

    [Fact]
    public async Task An_import_tells_people_and_machines_what_it_copied()
    {
        var told = await _network.RunAsync("import", "mlflow", "--from", "http://old:5000", "--server", "http://new:5000");
        AssertTold(told, "http://new:5000");
        AssertCounts(await _network.RunAsync("import", "mlflow", "--from", "http://old:5000", "--server", "http://newer:5000", "--json"));
    }

    [Fact]
    public async Task An_archive_tells_people_and_machines_what_went_in_and_out()
    {
        var other = ArchiveFolder + "2";
        AssertTold(await _network.RunAsync("export", "mlflow", "--from", "http://old:5000", "--to", ArchiveFolder), ArchiveFolder);
        AssertCounts(await _network.RunAsync("export", "mlflow", "--from", "http://old:5000", "--to", other, "--json"));
        AssertTold(await _network.RunAsync("import", "archive", "--from", ArchiveFolder, "--server", "http://new:5000"), "http://new:5000");
        AssertCounts(await _network.RunAsync("import", "archive", "--from", other, "--server", "http://newer:5000", "--json"));
    }

    [Fact]
    public async Task A_second_copy_finds_everything_there()
    {
        await _network.RunAsync(Import);
        var puts = New.Requests;

        var run = await _network.RunAsync([.. Import, "--json"]);

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal(3, JsonDocument.Parse(run.Out).RootElement.GetProperty("runs_already_there").GetInt32());
        // Experiments, states, models and versions only.
        Assert.True(New.Requests - puts < 20);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(12)]
    public async Task An_interrupted_copy_leaves_nothing_half_and_the_next_one_continues(int requests)
    {
        New.GoneAfter = requests;

        var broken = await _network.RunAsync([.. Import, "--concurrency", "1"]);

        Assert.Equal(ExitCodes.Unreachable, broken.ExitCode);
        Assert.All(New.Runs.Values, run => Assert.Equal(Old.Histories[run.Info.RunId].Distinct().Count(), New.Histories[run.Info.RunId].Count));

        New.GoneAfter = null;
        Assert.Equal(ExitCodes.Ok, (await _network.RunAsync(Import)).ExitCode);
        AssertAllIsThere();
    }

    [Fact]
    public async Task Files_that_are_there_already_are_not_sent_again_and_stale_ones_go()
    {
        New.Instead = (_, path) => path.EndsWith("/metrics", StringComparison.Ordinal) ? throw Gone() : null;
        await _network.RunAsync(Import);
        var root = New.Files.Keys.First(path => path.Contains(R1, StringComparison.Ordinal)).Split(R1)[0] + R1 + "/artifacts/";
        New.Files[root + "stale.txt"] = [1];
        var sent = new List<string>();
        New.Instead = (method, path) =>
        {
            if (method is "PUT")
                sent.Add(path);
            return null;
        };

        Assert.Equal(ExitCodes.Ok, (await _network.RunAsync(Import)).ExitCode);

        Assert.DoesNotContain(sent, path => path.Contains(R1, StringComparison.Ordinal));
        Assert.False(New.Files.ContainsKey(root + "stale.txt"));
        AssertAllIsThere();
    }

    [Fact]
    public async Task What_cannot_be_copied_is_named_and_the_rest_goes_on()
    {
        Old.Instead = (method, path) => method is "GET" && path.EndsWith("weights.bin", StringComparison.Ordinal)
            ? new HttpResponseMessage(HttpStatusCode.InternalServerError)
            {
                Content = new StringContent("""{"error_code":"INTERNAL_ERROR","message":"No such file"}"""),
            }
            : null;

        var run = await _network.RunAsync([.. Import, "--json"]);

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        var problems = JsonDocument.Parse(run.Out).RootElement.GetProperty("problems").EnumerateArray().ToList();
        Assert.Equal(
            [("model_version", "churn-predictor/1"), ("run", R1)],
            problems.Select(problem => (problem.GetProperty("kind").GetString(), problem.GetProperty("id").GetString())));
        Assert.Contains("No such file", problems[1].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.False(New.Runs.ContainsKey(R1));
        Assert.True(New.Runs.ContainsKey(R2));
        Assert.Equal([("churn-predictor", "3")], New.Versions.Keys);
    }

    [Fact]
    public async Task A_source_without_a_registry_says_so_and_the_runs_are_copied()
    {
        Old.Instead = (_, path) => path.EndsWith("registered-models/search", StringComparison.Ordinal)
            ? new HttpResponseMessage(HttpStatusCode.NotImplemented)
            : null;

        var run = await _network.RunAsync(Import);

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Equal(3, New.Runs.Count);
        Assert.Contains("registered_model *", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_unless_merged()
    {
        New.Experiments["1"] = new Experiment { ExperimentId = "1", Name = "churn" };

        Assert.Equal(ExitCodes.Failed, (await _network.RunAsync(Import)).ExitCode);
        Assert.Equal(ExitCodes.Ok, (await _network.RunAsync([.. Import, "--merge"])).ExitCode);
    }

    [Fact]
    public async Task A_run_of_that_id_from_elsewhere_is_left_alone()
    {
        New.Add(NewRun(R1, "9", "mine"));

        var run = await _network.RunAsync(Import);

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Equal("mine", New.Runs[R1].Info.RunName);
        Assert.Contains(R1, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_named_experiments_are_copied()
    {
        var run = await _network.RunAsync([.. Import, "--experiment", "gone", "--experiment", "nowhere"]);

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("nowhere", run.Out, StringComparison.Ordinal);
        Assert.Equal([R3], New.Runs.Keys);
        Assert.Empty(New.Models);
    }

    [Fact]
    public async Task An_exported_archive_imports_whole()
    {
        var export = await ExportAsync();
        Assert.Equal(ExitCodes.Ok, export.ExitCode);

        var import = await ImportArchiveAsync();

        Assert.Equal(ExitCodes.Ok, import.ExitCode);
        AssertAllIsThere();
    }

    [Fact]
    public async Task A_broken_export_continues()
    {
        Old.GoneAfter = 9;
        Assert.Equal(ExitCodes.Unreachable, (await ExportAsync("--concurrency", "1")).ExitCode);
        Assert.Equal(ExitCodes.Failed, (await ImportArchiveAsync()).ExitCode);
        // As a power cut leaves it.
        Directory.CreateDirectory(Path.Combine(ArchiveFolder, "runs"));
        await File.AppendAllTextAsync(Path.Combine(ArchiveFolder, "runs", "1.jsonl"), "{\"run\":{\"inf", TestContext.Current.CancellationToken);
        Old.GoneAfter = null;

        Assert.Equal(ExitCodes.Ok, (await ExportAsync()).ExitCode);
        Assert.Equal(ExitCodes.Ok, (await ImportArchiveAsync()).ExitCode);

        AssertAllIsThere();
    }

    [Fact]
    public async Task A_changed_file_of_an_archive_is_found_out()
    {
        await ExportAsync();
        var weights = Directory.GetFiles(ArchiveFolder, "weights.bin", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken);
        bytes[0] ^= 1;
        await File.WriteAllBytesAsync(weights, bytes, TestContext.Current.CancellationToken);

        var import = await ImportArchiveAsync();

        Assert.Equal(ExitCodes.Failed, import.ExitCode);
        Assert.False(New.Runs.ContainsKey(R1));
        Assert.True(New.Runs.ContainsKey(R2));
    }

    [Fact]
    public async Task A_changed_metric_of_an_archive_is_found_out()
    {
        await ExportAsync();
        var metrics = Directory.GetFiles(Path.Combine(ArchiveFolder, "metrics"), R1 + ".jsonl", SearchOption.AllDirectories).Single();
        var text = await File.ReadAllTextAsync(metrics, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(metrics, text.Replace("\"step\":7,", "\"step\":8,", StringComparison.Ordinal).Replace("\"step\":7}", "\"step\":8}", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Failed, (await ImportArchiveAsync()).ExitCode);
        Assert.False(New.Runs.ContainsKey(R1));
    }

    [Fact]
    public async Task A_changed_index_of_an_archive_is_refused_whole()
    {
        await ExportAsync();
        await File.AppendAllTextAsync(Path.Combine(ArchiveFolder, "experiments.jsonl"), "\n", TestContext.Current.CancellationToken);

        var import = await ImportArchiveAsync();

        Assert.Equal(ExitCodes.Failed, import.ExitCode);
        Assert.Empty(New.Runs);
        Assert.Contains("experiments.jsonl", import.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_does_not_take_another_source()
    {
        await ExportAsync();

        var other = await _network.RunAsync("export", "mlflow", "--from", "http://other:5000", "--to", ArchiveFolder);

        Assert.Equal(ExitCodes.Usage, other.ExitCode);
    }

    [Fact]
    public async Task A_folder_of_something_else_is_not_written_to()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "thesis.txt"), "years", TestContext.Current.CancellationToken);

        var run = await _network.RunAsync("export", "mlflow", "--from", "http://old:5000", "--to", _folder.FullName);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public async Task An_artifact_whose_name_leaves_the_archive_is_not_written()
    {
        Old.Instead = (_, path) => path.EndsWith("mlflow-artifacts/artifacts", StringComparison.Ordinal)
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"files":[{"path":"../../../../evil","is_dir":false}]}""") }
            : null;

        var export = await ExportAsync();

        Assert.Equal(ExitCodes.Failed, export.ExitCode);
        Assert.Empty(Directory.GetFiles(_folder.FullName, "evil*", SearchOption.AllDirectories));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static HttpRequestException Gone() => new(HttpRequestError.ConnectionError, "gone");

    private Task<CliRun> ExportAsync(params string[] more) =>
        _network.RunAsync(["export", "mlflow", "--from", "http://old:5000", "--to", ArchiveFolder, .. more]);

    private Task<CliRun> ImportArchiveAsync() =>
        _network.RunAsync("import", "archive", "--from", ArchiveFolder, "--server", "http://new:5000");

    private static void AssertTold(CliRun run, string target)
    {
        Assert.True(run.ExitCode is ExitCodes.Ok, run.Error);
        Assert.Matches($@"(?m)^To +{Regex.Escape(target)}", run.Out);
        Assert.Matches("(?m)^Runs +3 *$", run.Out);
        Assert.Matches("(?m)^Metric points +2,502 *$", run.Out);
        Assert.Contains("All of it is there", run.Error, StringComparison.Ordinal);
    }

    private static void AssertCounts(CliRun run)
    {
        Assert.True(run.ExitCode is ExitCodes.Ok, run.Error);
        var summary = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal((3, 2502, true), (summary.GetProperty("runs").GetInt32(), summary.GetProperty("metric_points").GetInt32(), summary.GetProperty("complete").GetBoolean()));
    }

    private void AssertAllIsThere()
    {
        Assert.Equal(["churn", "gone"], New.Experiments.Values.Select(experiment => experiment.Name).Order());
        Assert.Equal(LifecycleStage.Deleted, New.Experiments.Values.Single(experiment => experiment.Name is "gone").LifecycleStage);
        foreach (var old in Old.Runs.Values)
        {
            var copied = New.Runs[old.Info.RunId];
            Assert.Equal(old.Info with { ExperimentId = "", ArtifactUri = "" }, copied.Info with { ExperimentId = "", ArtifactUri = "" });
            Assert.Equal(old.Data.Params, copied.Data.Params);
            Assert.Equal(old.Data.Tags, copied.Data.Tags);
            Assert.Equal(old.Inputs.DatasetInputs.Select(input => input.Dataset), copied.Inputs.DatasetInputs.Select(input => input.Dataset));
            Assert.Equal(Old.Histories[old.Info.RunId].Distinct().ToHashSet(), New.Histories[old.Info.RunId].ToHashSet());
        }

        var experiment = New.Runs[R1].Info.ExperimentId;
        Assert.Equal(
            [$"{experiment}/{R1}/artifacts/empty.txt", $"{experiment}/{R1}/artifacts/model/MLmodel", $"{experiment}/{R1}/artifacts/model/weights.bin", $"{experiment}/models/{M1}/artifacts/MLmodel"],
            New.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Old.Files[$"1/{R1}/artifacts/model/weights.bin"], New.Files[$"{experiment}/{R1}/artifacts/model/weights.bin"]);
        Assert.Equal("s3://bucket/1/r2", New.Runs[R2].Info.ArtifactUri);

        Assert.Equal([("churn-predictor", "1"), ("churn-predictor", "3")], New.Versions.Keys.Order());
        var first = New.Versions[("churn-predictor", "1")];
        Assert.Equal($"mlflow-artifacts:/{experiment}/{R1}/artifacts/model", first.Source);
        Assert.Equal(ModelStages.Production, first.CurrentStage);
        Assert.Equal(["champion"], New.Versions[("churn-predictor", "3")].Aliases);
        Assert.Equal("0.1", Assert.Single(New.LoggedModels[M1].Data.Params).Value);
    }

    private static void Fill(MemoryServer server)
    {
        server.Experiments["1"] = new Experiment { ExperimentId = "1", Name = "churn", ArtifactLocation = "mlflow-artifacts:/1", CreationTime = 5 };
        server.Experiments["2"] = new Experiment { ExperimentId = "2", Name = "gone", LifecycleStage = LifecycleStage.Deleted };
        var loss = Enumerable.Range(0, 2500).Select(step => new Metric("loss", 1.0 / (step + 1), 1000 + step, step)).ToList();
        server.Add(
            NewRun(R1, "1", "first") with
            {
                Data = new RunData { Params = [new Param("lr", "0.1")], Tags = [new Tag("mlflow.runName", "first"), new Tag("k", "v")] },
                Inputs = new RunInputs
                {
                    DatasetInputs = [new DatasetInput { Dataset = new Dataset { Name = "d", Digest = "x" }, Tags = [new Tag("mlflow.data.context", "train")] }],
                },
            },
            // A duplicate, as MLflow's file store keeps them.
            [.. loss, loss[0], new Metric("nan", double.NaN, 1), new Metric("nan", double.PositiveInfinity, 2)],
            ("model/MLmodel", "flavors: {}"u8.ToArray()),
            ("model/weights.bin", Encoding.UTF8.GetBytes(new string('w', 300_000))),
            ("empty.txt", []));
        server.Add(NewRun(R2, "1", "second", "s3://bucket/1/r2"));
        server.Add(NewRun(R3, "2", "third") with { Data = new RunData { Params = [new Param("a", "1")] } });
        server.LoggedModels[M1] = new LoggedModel
        {
            Info = new LoggedModelInfo { ModelId = M1, ExperimentId = "1", ArtifactUri = $"mlflow-artifacts:/1/models/{M1}/artifacts", Status = LoggedModelStatus.Ready },
            Data = new LoggedModelData { Params = [new Param("lr", "0.1")] },
        };
        server.Files[$"1/models/{M1}/artifacts/MLmodel"] = [1, 2, 3];
        server.Models["churn-predictor"] = new RegisteredModel { Name = "churn-predictor", Aliases = [new ModelAlias("champion", "3")] };
        server.Versions[("churn-predictor", "1")] = new ModelVersion
        {
            Name = "churn-predictor",
            Version = "1",
            RunId = R1,
            Source = $"mlflow-artifacts:/1/{R1}/artifacts/model",
            CurrentStage = ModelStages.Production,
        };
        server.Versions[("churn-predictor", "3")] = new ModelVersion { Name = "churn-predictor", Version = "3", Source = $"models:/{M1}", ModelId = M1 };
    }

    private static Run NewRun(string id, string experiment, string name, string? root = null) => new()
    {
        Info = new RunInfo
        {
            RunId = id,
            ExperimentId = experiment,
            RunName = name,
            Status = RunStatus.Finished,
            StartTime = 10,
            EndTime = 20,
            ArtifactUri = root,
        },
    };
}
