using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>From a registered version to canary, promotion and rollback by the command line and the .NET client, against the real server.</summary>
public sealed class DeployVerbTests(ClientTests.Server fixture) : IClassFixture<ClientTests.Server>, IDisposable
{
    private readonly OrreryClient _client = new(fixture.Process.BaseAddress);
    private readonly ServingServer _server = new(fixture.Process);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-deploy-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_line_of_the_documentation_deploys_and_the_verbs_carry_a_version_into_traffic()
    {
        await _server.RegisterOnnxAsync("sklearn-demo", OnnxModels.Logistic([1f, -1f], 0), "tenure", "charges");
        await _server.RegisterOnnxAsync("sklearn-demo", OnnxModels.Logistic([0f, 0f], 20), "tenure", "charges");

        var deployed = await Mlops.RunProcessAsync(fixture.Process, Cancel, "deploy", "--model", "sklearn-demo", "--version", "1", "--environment", "staging", "--replicas", "2");
        Assert.True(deployed.ExitCode == 0, deployed.Error);
        Assert.Contains($"{fixture.Process.BaseAddress}staging/v1/models/sklearn-demo:predict", deployed.Out, StringComparison.Ordinal);

        var file = await FileAsync("customers.csv", "tenure,charges\n3,3\n");
        Assert.Equal((0, """{"predictions":[{"label":0,"probabilities":[0.5,0.5]}]}"""), await AskAsync("predict", "sklearn-demo", "-e", "staging", "--input", file));

        Assert.Equal(0, (await RunAsync("deploy", "--model", "sklearn-demo", "--version", "latest", "-e", "staging", "--canary", "10", "--output", "probabilities", "--note", "a try")).ExitCode);
        Assert.Contains("stable sklearn-demo 1 90 %, canary sklearn-demo 2 10 %", (await RunAsync("deployments", "list", "-e", "staging")).Out, StringComparison.Ordinal);
        Assert.Equal((0, """{"predictions":[[0,1]]}"""), await AskAsync("predict", "sklearn-demo", "-e", "staging", "--input", file, "--variant", "canary"));

        Assert.Equal(0, (await RunAsync("promote", "sklearn-demo", "-e", "staging")).ExitCode);
        Assert.Equal((0, """{"predictions":[[0,1]]}"""), await AskAsync("predict", "sklearn-demo", "-e", "staging", "--input", file));
        var back = await RunAsync("rollback", "sklearn-demo", "-e", "staging", "--revision", "1", "--json");
        Assert.Equal("ready", JsonSerializer.Deserialize(back.Out, OrreryJson.TypeOf<Deployment>())!.State);
        Assert.Equal((0, """{"predictions":[{"label":0,"probabilities":[0.5,0.5]}]}"""), await AskAsync("predict", "sklearn-demo", "-e", "staging", "--input", file));

        var history = (await RunAsync("deployments", "history", "sklearn-demo", "-e", "staging")).Out;
        Assert.Contains("Back to revision 1.", history, StringComparison.Ordinal);
        Assert.Contains("a try", history, StringComparison.Ordinal);
        await InventoryTellsAsync();
        Assert.Equal(0, (await RunAsync("deployments", "delete", "sklearn-demo", "-e", "staging", "--yes")).ExitCode);
        Assert.Equal(3, (await RunAsync("predict", "sklearn-demo", "-e", "staging", "--input", file)).ExitCode);
    }

    // What stood at each revision is known at any time; after a removal, and before the deployment is made anew, it stood nowhere.
    private async Task InventoryTellsAsync()
    {
        await _server.DeployAsync("production", "inventory", Spec(1, "sklearn-demo"));
        await _server.DeployAsync("production", "inventory", $$"""{"variants": [{{ServingServer.Variant("sklearn-demo", 1, 3)}}, {{ServingServer.Variant("sklearn-demo", 2, 1, "canary")}}]}""");
        var both = await _client.Deployments.GetAsync("production", "inventory", Cancel);
        await Task.Delay(5, Cancel);
        Assert.Equal(0, (await RunAsync("deployments", "delete", "inventory", "-e", "production", "--yes")).ExitCode);
        var gone = DateTimeOffset.FromUnixTimeMilliseconds(both.UpdatedAt + 1);
        Assert.Empty((await _client.Deployments.InventoryPageAsync("production", cancel: Cancel)).Entries);
        await Task.Delay(5, Cancel);
        await _server.DeployAsync("production", "inventory", Spec(2, "sklearn-demo"));
        var anew = await _client.Deployments.GetAsync("production", "inventory", Cancel);

        Assert.Equal(["2 1"], await StoodAsync(null));
        Assert.Equal(["1 0.75", "2 0.25"], await StoodAsync(gone));
        Assert.Empty(await StoodAsync(DateTimeOffset.FromUnixTimeMilliseconds(anew.UpdatedAt - 1)));
        Assert.Empty(await StoodAsync(DateTimeOffset.FromUnixTimeMilliseconds(1)));
        var first = await _client.Deployments.InventoryPageAsync(model: "sklearn-demo", limit: 1, cancel: Cancel);
        var second = await _client.Deployments.InventoryPageAsync(model: "sklearn-demo", limit: 1, pageToken: first.NextPageToken, cancel: Cancel);
        Assert.Equal(["inventory", "sklearn-demo"], [.. first.Entries.Concat(second.Entries).Select(static one => one.Deployment)]);
        Assert.Equal(first.AsOf, second.AsOf);
        Assert.Contains("sklearn-demo", (await RunAsync("models", "served", "-e", "production")).Out, StringComparison.Ordinal);
        using var yesterday = await fixture.Process.Client.GetAsync("/api/v1/model-inventory?as_of=yesterday", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, yesterday.StatusCode);
    }

    private async Task<List<string>> StoodAsync(DateTimeOffset? at) => [..
        (await _client.Deployments.InventoryPageAsync("production", "sklearn-demo", at, cancel: Cancel)).Entries
            .Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Version} {one.Share}"))];

    private static string Spec(int version, string model) => ServingServer.Spec(ServingServer.Variant(model, version));

    [Fact]
    public async Task What_is_wrong_is_told_with_what_would_be_right()
    {
        await _server.RegisterOnnxAsync("told", OnnxModels.Identity(11, -1, 1));
        var broken = await _server.RegisterOnnxAsync("told", OnnxModels.Unknown());
        await _server.RegisterAsync("pickled", ("MLmodel", "flavors:\n  lightgbm:\n    data: model.lgb\n"u8.ToArray()), ("model.lgb", [1, 2, 3]));
        await RunAsync("deploy", "--model", "told", "--version", "1", "-e", "development", "--name", "here");

        await WrongAsync(3, "Model told has no version 7; it has 2, 1.", "deploy", "--model", "told", "--version", "7", "-e", "development");
        await WrongAsync(2, "There is no environment 'moon'; there are production, staging, development.", "deploy", "--model", "told", "--version", "1", "-e", "moon");
        await WrongAsync(1, "no runtime takes it (flavors: lightgbm)", "deploy", "--model", "pickled", "--version", "1", "-e", "development");
        await WrongAsync(1, "ONNX Runtime does not open the model", "deploy", "--model", "told", "--version", $"{broken}", "-e", "development");
        await WrongAsync(3, "There is no deployment here in production. It is in development.", "rollback", "here", "-e", "production");
        await WrongAsync(3, "There is no deployment hier in development. Deployed there: here", "predict", "hier", "-e", "development", "--input", await FileAsync("one.csv", "1\n"));
        await WrongAsync(3, "is at its first revision; there is none before it.", "rollback", "here", "-e", "development");
        await WrongAsync(3, "has no revision 9; it is at revision 1.", "rollback", "here", "-e", "development", "--revision", "9");
        await WrongAsync(2, "variants[0].wieght is unknown; there is 'weight' (line 3)", "deploy", "-f", await FileAsync("d.yaml", "name: here\nvariants:\n  - { name: stable, model: told, version: 1, wieght: 1 }\n"), "-e", "development");
    }

    [Fact]
    public async Task A_file_deploys_and_what_is_shown_deploys_again_as_the_same()
    {
        await _server.RegisterOnnxAsync("filed", OnnxModels.Identity(11, -1, 1));
        var yaml = await FileAsync("deployment.yaml", "name: filed\nenvironment: staging\nvariants:\n  - { name: stable, model: filed, version: 1, weight: 100 }\nsticky: { header: X-User-Id }\n");

        Assert.Equal(0, (await RunAsync("deploy", "-f", yaml)).ExitCode);
        var shown = await FileAsync("shown.json", (await RunAsync("deployments", "show", "filed", "-e", "staging", "--file")).Out);
        var again = await RunAsync("deploy", "-f", shown, "--json");

        Assert.Equal(1, JsonSerializer.Deserialize(again.Out, OrreryJson.TypeOf<Deployment>())!.Revision);
    }

    [Fact]
    public async Task A_version_is_asked_without_being_deployed()
    {
        await _server.RegisterOnnxAsync("tried", OnnxModels.Logistic([1f, -1f], 0), "tenure", "charges");
        await _server.RegisterOnnxAsync("tried", OnnxModels.Unknown());
        var file = await FileAsync("rows.json", "[[3, 3]]");

        Assert.Equal((0, """{"predictions":[[0.5,0.5]]}"""), await AskAsync("models", "test", "tried", "1", "--input", file, "--output", "probabilities"));
        await WrongAsync(2, "has the shape [1,1]", "models", "test", "tried", "1", "--input", await FileAsync("narrow.csv", "3\n"));
        await WrongAsync(4, "ONNX Runtime does not open the model", "models", "test", "tried", "latest", "--input", file);
        Assert.DoesNotContain(await _client.Deployments.ListAsync(null, Cancel).ToListAsync(Cancel), static one => one.Name == "tried");
    }

    [Fact]
    public async Task The_client_deploys_asks_and_goes_back_within_a_second()
    {
        await _server.RegisterOnnxAsync("typed", OnnxModels.Identity(11, -1, 1));
        var second = await _server.RegisterOnnxAsync("typed", OnnxModels.Logistic([1f], 0));
        await DeployAsync("1", expected: 0);
        var refused = await Assert.ThrowsAsync<OrreryApiException>(() => DeployAsync("1", expected: 7));
        Assert.Equal((HttpStatusCode.Conflict, "serving.revision_conflict"), (refused.Status, refused.ErrorCode));
        await DeployAsync($"{second}", expected: 1);

        var began = TimeProvider.System.GetTimestamp();
        var back = await _client.Deployments.RollbackAsync("staging", "typed", note: "too new", cancel: Cancel);
        await _server.ReadyAsync("staging", "typed", back.Revision);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(1));

        var answer = await _client.Deployments.PredictAsync("staging", "typed", Encoding.UTF8.GetBytes("""{"instances": [[5]]}"""), cancel: Cancel);
        Assert.Equal("""{"predictions":[[5]]}""", answer.Body.GetRawText());
        Assert.Equal(32, answer.PredictionId!.Length);
        var v2 = await _client.Deployments.InferAsync("staging", "typed", Encoding.UTF8.GetBytes("""{"inputs": [{"name": "x", "shape": [1, 1], "datatype": "FP64", "data": [5]}]}"""), new() { Variant = "stable" }, Cancel);
        Assert.Equal("1", v2.Body.GetProperty("model_version").GetString());
        Assert.Equal(["too new", null, null], await _client.Deployments.RevisionsAsync("staging", "typed", Cancel).Select(static one => one.Spec.Note).ToListAsync(Cancel));

        await _client.Deployments.DeleteAsync("staging", "typed", Cancel);
        // Revision 4 was the removal; the one before 5 is 3.
        await DeployAsync($"{second}", expected: 0);
        var once = await _client.Deployments.RollbackAsync("staging", "typed", cancel: Cancel);
        Assert.Equal((6, "Back to revision 3."), (once.Revision, once.Spec.Note));
    }

    private async Task DeployAsync(string version, long expected)
    {
        var spec = new DeploymentSpec { Variants = [new() { Name = "stable", Model = "typed", Version = version, Weight = 1 }] };
        var put = await _client.Deployments.PutAsync("staging", "typed", spec, expected, Cancel);
        await _server.ReadyAsync("staging", "typed", put.Revision);
    }

    private async Task WrongAsync(int code, string message, params string[] arguments)
    {
        var (exitCode, _, error) = await RunAsync(arguments);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(code, exitCode);
    }

    private async Task<(int ExitCode, string Answer)> AskAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        return (code, code == 0 ? output.Trim() : error);
    }

    private async Task<string> FileAsync(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(path, content, Cancel);
        return path;
    }

    private Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] arguments) => Mlops.RunAsync(fixture.Process, Cancel, arguments);
}
