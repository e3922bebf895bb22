using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Delivery;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>The verbs of targets against the real server and a real repository, for people and for machines.</summary>
public sealed class TargetVerbTests(TargetVerbTests.Shared shared) : IClassFixture<TargetVerbTests.Shared>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A server that may use the repositories of one folder.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        public ServerProcess Process { get; private set; } = null!;

        public string Folder { get; } = Directory.CreateTempSubdirectory("orrery-target-verbs-").FullName;

        public async ValueTask InitializeAsync()
        {
            TargetWorld.Git(Folder, "init", "-q", "--bare", "-b", "main", Path.Combine(Folder, "models.git"));
            Process = await ServerProcess.StartAsync(
                ["--log-level", "Warning"], new Dictionary<string, string> { ["Orrery__Delivery__Targets__RepositoryFolders__0"] = Folder, ["Orrery__Delivery__Targets__SyncSeconds"] = "3600", ["Orrery__Serving__ApprovedEnvironments"] = "production" },
                cancel: Cancel);
        }

        public async ValueTask DisposeAsync()
        {
            await Process.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_target_is_set_shown_checked_looked_at_and_removed()
    {
        var (file, secret) = (Path.Combine(shared.Folder, "staging.json"), Path.Combine(shared.Folder, "token"));
        await File.WriteAllTextAsync(secret, "s3cret-token\n", Cancel);
        await File.WriteAllTextAsync(
            file,
            $$$$"""{"kind":"kserve-git","settings":{"namespace":"models","storage_uri":"s3://models/{model}/{version}","endpoint":"https://{name}.example.com","git":{"url":"file://{{{{shared.Folder}}}}/models.git","path":"clusters"},"argo":{}}}""",
            Cancel);
        Assert.Equal("Versions for staging go to kserve-git now.\n", await TextAsync("targets", "set", "staging", "-f", file));
        var set = await JsonAsync("targets", "set", "staging", "-f", file, "--secret-file", $"git_token={secret}");
        Assert.Equal(("kserve-git", 2L, "git_token"), ((string)set["kind"]!, (long)set["revision"]!, (string)set["secrets"]![0]!));
        // What the document leaves out has its default.
        Assert.Equal((1, true, true), ((int)set["settings"]!["replicas"]!, (bool)set["settings"]!["smoke"]!, (bool)set["settings"]!["argo"]!["auto_sync"]!));

        var (_, shown, remark) = await RunAsync("targets", "show", "staging");
        Assert.Equal("kserve-git", JsonSerializer.Deserialize(shown, OrreryJson.TypeOf<PutDeliveryTarget>())!.Kind);
        Assert.Contains("Secrets that are set: git_token.", remark, StringComparison.Ordinal);
        var json = await JsonAsync("targets", "show", "staging");
        Assert.Equal(("staging", false), ((string)json["environment"]!, (bool)json["governed"]!));
        Assert.DoesNotContain("s3cret", shown + remark + json.ToJsonString(), StringComparison.Ordinal);

        var list = await TextAsync("targets", "list");
        Assert.Matches(@"(?m)^production +local .*needed", list);
        Assert.Matches(@"(?m)^staging +kserve-git +file://.*/models.git main +models", list);
        Assert.Equal(["development", "production", "staging"], (await JsonAsync("targets", "list"))["targets"]!.AsArray().Select(static one => (string)one!["environment"]!).Order(StringComparer.Ordinal));

        Assert.Contains("There is no branch main yet", await TextAsync("targets", "check", "staging"), StringComparison.Ordinal);
        Assert.True((bool)(await JsonAsync("targets", "check", "staging"))["ok"]!);
        var (code, _, said) = await RunAsync("targets", "drift", "staging");
        Assert.True(code == 1 && said.Contains("It was not looked at yet.", StringComparison.Ordinal), $"{code}: {said}");
        Assert.Contains("staging is in_sync", (await RunAsync("targets", "drift", "staging", "--now")).Error, StringComparison.Ordinal);
        Assert.Equal("in_sync", (string)(await JsonAsync("targets", "drift", "staging"))["state"]!);

        Assert.Equal(2, (await RunAsync("targets", "remove", "staging")).Code);
        Assert.Equal("Versions for staging are brought to the server itself now.\n", await TextAsync("targets", "remove", "staging", "--yes"));
        Assert.Equal("local", (string)(await JsonAsync("targets", "show", "staging"))["kind"]!);
        await JsonAsync("targets", "set", "staging", "-f", file);
        Assert.Equal("kserve-git", (string)(await JsonAsync("targets", "remove", "staging", "--yes"))["kind"]!);
    }

    [Fact]
    public async Task The_files_that_are_needed_once_are_written()
    {
        var (file, folder) = (Path.Combine(shared.Folder, "production.json"), Path.Combine(shared.Folder, "once"));
        await File.WriteAllTextAsync(
            file,
            $$$$"""{"kind":"kserve-git","settings":{"namespace":"models","storage_uri":"s3://models/{model}/{version}-{sha256}","smoke":false,"git":{"url":"file://{{{{shared.Folder}}}}/models.git"},"kubernetes":{"server":"http://127.0.0.1:1"}}}""",
            Cancel);
        await TextAsync("targets", "set", "production", "-f", file);
        Assert.Contains(".orrery/targets/production.json", await TextAsync("targets", "files", "production", "-o", folder), StringComparison.Ordinal);
        Assert.Equal(3, (await JsonAsync("targets", "files", "production", "-o", folder))["files"]!.AsObject().Count);
        var workflow = await File.ReadAllTextAsync(Path.Combine(folder, ".github/workflows/orrery-verify.yaml"), Cancel);
        // The workflow is the base's, and what it holds manifests against too; what a push brought is held against what was there before it.
        Assert.Contains("pull_request_target:", workflow, StringComparison.Ordinal);
        Assert.Contains("github.event.pull_request.base.sha || github.event.before", workflow, StringComparison.Ordinal);
        Assert.Equal(
            "mlops targets verify '.' --base \"$BASE\" --keys .orrery/keys.json --targets .orrery/targets",
            (string?)YamlFiles.ReadOne(workflow)!["jobs"]!["verify"]!["steps"]![1]!["run"]);
        var verified = JsonSerializer.Deserialize(await File.ReadAllTextAsync(Path.Combine(folder, ".orrery/targets/production.json"), Cancel), OrreryJson.TypeOf<VerifiedTarget>())!;
        Assert.Equal(("production", true, 1L, "default", null), (verified.Environment, verified.Governed, verified.Workspace, verified.WorkspaceName, verified.Settings.Kubernetes));
        Assert.Contains("failurePolicy: Fail", await File.ReadAllTextAsync(Path.Combine(folder, "orrery-admission.yaml"), Cancel), StringComparison.Ordinal);

        var check = await RunAsync("targets", "check", "production");
        Assert.True(check.Code == 1 && check.Out.Contains("cluster", StringComparison.Ordinal), check.Out);
        await TextAsync("targets", "remove", "production", "--yes");
    }

    [Fact]
    public async Task What_cannot_be_is_told()
    {
        var file = Path.Combine(shared.Folder, "wrong.json");
        await File.WriteAllTextAsync(file, """{"kind":"kserve-api","settings":{"namespace":"models","storage_uri":"s3://models/{model}/{version}","smoke":false,"kubernetes":{"in_cluster":true}}}""", Cancel);
        var (code, _, said) = await RunAsync("targets", "set", "production", "-f", file);
        Assert.True(code == 2 && said.Contains("{sha256}", StringComparison.Ordinal), $"{code}: {said}");
        await File.WriteAllTextAsync(file, """{"kind":"local","nonsense":1}""", Cancel);
        Assert.Equal(2, (await RunAsync("targets", "set", "production", "-f", file)).Code);
        Assert.Equal(2, (await RunAsync("targets", "set", "production", "-f", file + ".not")).Code);
        foreach (var verb in (string[])["show", "check", "drift"])
            Assert.Equal(3, (await RunAsync("targets", verb, "moon")).Code);
        Assert.Equal(4, (await RunAsync("targets", "files", "development", "-o", shared.Folder)).Code);
        Assert.Equal(3, (await RunAsync("targets", "remove", "development", "--yes")).Code);
        Assert.Contains("Versions are brought to this server.", await TextAsync("targets", "check", "development"), StringComparison.Ordinal);
    }

    private async Task<string> TextAsync(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {code}\n{errors}\n{output}");
        return output;
    }

    private async Task<JsonNode> JsonAsync(params string[] arguments) => JsonNode.Parse(await TextAsync([.. arguments, "--json"]))!;

    private async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) => await Mlops.RunAsync(shared.Process, Cancel, arguments);
}
