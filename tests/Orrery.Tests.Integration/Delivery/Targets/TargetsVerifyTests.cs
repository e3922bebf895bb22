using System.Text.Json;
using Orrery.Audit;
using Orrery.Cli;
using Orrery.Contracts;
using Orrery.Delivery;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary><c>mlops targets verify</c> in a repository that deliveries have written to, with nothing but the repository.</summary>
public sealed class TargetsVerifyTests : IAsyncLifetime
{
    private const string Manifest = "clusters/churn/overlays/production/inferenceservice.yaml";

    private readonly TargetWorld _world = new();
    private string _clone = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _world.InitializeAsync();
        await _world.SetAsync("production", _world.Settings());
        await DeployAsync(_world, await _world.OrderAsync("d1", "1", TargetWorld.Sha1));
        _clone = _world.Clone();
        await GroundsAsync(_world);
        Commit("Keep what commits are checked by");
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task What_deliveries_write_holds_for_people_and_machines()
    {
        var (code, output, said) = await VerifyAsync("--base", "HEAD");
        Assert.True(code == 0, output + said);
        Assert.Contains("1 InferenceServices, 1 of them in governed environments: all hold.", said, StringComparison.Ordinal);
        var verdict = JsonSerializer.Deserialize((await VerifyAsync("--base", "HEAD", "--json")).Out, OrreryJson.TypeOf<ManifestVerdict>())!;
        Assert.Equal((true, 1, 1, 0), (verdict.Valid, verdict.Checked, verdict.Governed, verdict.Faults.Count));
        // The same of a commit, and without a base.
        Assert.Equal(0, (await VerifyAsync("--base", "HEAD", "--commit", "HEAD")).Code);
        Assert.Equal(0, (await VerifyAsync()).Code);

        await ReplaceAsync(Manifest, "startupProbe:\n", "startupProbe:\n        exec:\n          command: [id]\n");
        (code, output, _) = await VerifyAsync("--base", "HEAD");
        Assert.Equal(1, code);
        Assert.Contains("startupProbe is not what deliveries write", output, StringComparison.Ordinal);
        verdict = JsonSerializer.Deserialize((await VerifyAsync("--base", "HEAD", "--json")).Out, OrreryJson.TypeOf<ManifestVerdict>())!;
        Assert.Equal((false, "churn/overlays/production/inferenceservice.yaml"), (verdict.Valid, verdict.Faults[0].Path));
        // Not committed: the commit still holds.
        Assert.Equal(0, (await VerifyAsync("--base", "HEAD", "--commit", "HEAD")).Code);
        Assert.Equal(2, (await VerifyAsync("--base", new string('0', 40))).Code);
        Assert.Equal(2, (await RunAsync("targets", "verify", Path.Combine(_clone, "nothing"), "--keys", "x")).Code);
        Assert.NotEqual(0, (await VerifyAsync("--base", "no-such-commit")).Code);
    }

    [Fact]
    public async Task A_request_brings_neither_its_own_keys_nor_its_own_targets()
    {
        var mallory = new TargetWorld();
        await mallory.InitializeAsync();
        try
        {
            await mallory.SetAsync("production", _world.Settings() with { StorageUri = "s3://mallory/{model}/{version}-{sha256}", Git = _world.Settings().Git! with { Url = mallory.Url } });
            await DeployAsync(mallory, await mallory.OrderAsync("d9", "9", TargetWorld.Sha2));
            await File.WriteAllTextAsync(Path.Combine(_clone, Manifest), mallory.InBare("show", "main:" + Manifest), Cancel);
            await GroundsAsync(mallory);
            Commit("A better version");
            // By its own keys it would hold but for Argo CD's manifests, which name the real repository.
            var faults = JsonSerializer.Deserialize((await VerifyAsync("--json")).Out, OrreryJson.TypeOf<ManifestVerdict>())!.Faults;
            Assert.All(faults, static fault => Assert.StartsWith("argocd/", fault.Path, StringComparison.Ordinal));
            var (code, output, _) = await VerifyAsync("--base", "HEAD~1");
            Assert.Equal(1, code);
            Assert.Contains("is not signed by a key that is trusted", output, StringComparison.Ordinal);
            Assert.Contains("it must be 's3://models/churn/9-", output, StringComparison.Ordinal);
        }
        finally
        {
            await mallory.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_token_of_another_workspace_does_not_hold()
    {
        var token = (string)YamlFiles.ReadOne(await File.ReadAllTextAsync(Path.Combine(_clone, Manifest), Cancel))!["metadata"]!["annotations"]![ManifestNames.Approval]!;
        await ReplaceAsync(Manifest, token, await _world.TokenAsync("1", TargetWorld.Sha1, workspace: 7));
        var (code, output, _) = await VerifyAsync("--base", "HEAD");
        Assert.Equal(1, code);
        Assert.Contains("is of another workspace", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clusters/argocd/churn-production.yaml", "overlays/production", "overlays/evil", "Application churn-production is of project orrery-production and not what deliveries write")]
    [InlineData("clusters/argocd/project-production.yaml", "kind: InferenceService", "kind: Deployment", "AppProject orrery-production is not what deliveries write")]
    [InlineData("clusters/argocd/evil.yaml", null, "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: evil}\nspec: {project: default, source: {repoURL: x}, destination: {server: https://kubernetes.default.svc, namespace: models}}\n", "Application evil brings something else to production")]
    [InlineData("clusters/argocd/evil.yaml", null, "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: evil}\nspec: {project: default, source: {repoURL: x}, destination: {name: in-cluster, namespace: models}}\n", "Application evil brings something else to production")]
    [InlineData("clusters/argocd/wide.yaml", null, "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: wide}\nspec: {destinations: [{server: '*', namespace: '*'}]}\n", "AppProject wide may write to production")]
    [InlineData("clusters/argocd/set.yaml", null, "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: set}\nspec: {}\n", "kind ApplicationSet is not what deliveries write")]
    [InlineData("clusters/argocd/kustomization.yaml", null, "kind: Kustomization\npatches: []\n", "'patches' could change what Argo CD is told")]
    [InlineData("clusters/argocd/more.json", null, "{}", "Only .yaml files belong here.")]
    [InlineData("clusters/argocd/base/more.yaml", null, "kind: ApplicationSet\n", "Only files stand in argocd/; keep folders outside.")]
    [InlineData("clusters/argocd/overlays/staging/more.yaml", null, "kind: ApplicationSet\n", "Only files stand in argocd/; keep folders outside.")]
    [InlineData("clusters/churn/overlays/production/.argocd-source.yaml", null, "kustomize: {patches: []}\n", "kind '' is not what a delivery writes into a governed environment")]
    [InlineData("clusters/churn/overlays/production/Kustomization", null, "patches: []\n", "A governed environment's folder has .yaml files only")]
    [InlineData("clusters/churn/overlays/production/Chart.json", null, "{}", "A governed environment's folder has .yaml files only")]
    [InlineData("clusters/churn/base/kustomization.yml", null, "kind: Kustomization\nresources: []\n", "A Kustomization is kustomization.yaml.")]
    public async Task What_says_what_is_brought_where_is_what_deliveries_write(string path, string? from, string text, string why)
    {
        if (from is null)
            await WriteAsync(path, text);
        else
            await ReplaceAsync(path, from, text);
        Commit("Change what Argo CD is told");
        var (code, output, _) = await VerifyAsync("--base", "HEAD~1");
        Assert.Equal(1, code);
        Assert.Contains(why, output, StringComparison.Ordinal);
        Assert.Equal(1, (await VerifyAsync("--base", "HEAD~1", "--commit", "HEAD")).Code);

        // The server sees the same, writes it down and tells it.
        TargetWorld.Git(_clone, "push", "-q");
        var drift = (await _world.Get<TargetChecks>().DriftAsync(TargetWorld.Ann, "production", now: true, Cancel)).Value;
        Assert.Equal("refused", drift.State);
        Assert.Contains(drift.Violations, violation => violation.Path == path && violation.Reasons.Any(reason => reason.Contains(why, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_others_have_beside_a_governed_environment_is_theirs()
    {
        const string Elsewhere = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec: {project: web, destination: {server: https://kubernetes.default.svc, namespace: web}}\n";
        await File.WriteAllTextAsync(Path.Combine(_clone, "clusters/argocd/web.yaml"), Elsewhere, Cancel);
        await File.WriteAllTextAsync(Path.Combine(_clone, "clusters/argocd/kustomization.yaml"), "kind: Kustomization\nresources: [web.yaml, churn-production.yaml]\n", Cancel);
        await File.WriteAllTextAsync(Path.Combine(_clone, "clusters/README.md"), "Models", Cancel);
        Commit("Bring the site too");
        var (code, output, _) = await VerifyAsync("--base", "HEAD~1");
        Assert.True(code == 0, output);
        TargetWorld.Git(_clone, "push", "-q");
        Assert.Equal("in_sync", (await _world.Get<TargetChecks>().DriftAsync(TargetWorld.Ann, "production", now: true, Cancel)).Value.State);
    }

    [Fact]
    public async Task A_push_is_held_against_what_was_there_before_it_and_going_back_is_no_first_use()
    {
        TargetWorld.Git(_clone, "push", "-q");
        await DeployAsync(_world, await _world.OrderAsync("d2", "2", TargetWorld.Sha2));
        TargetWorld.Git(_clone, "pull", "-q", "--rebase");
        Assert.Equal(0, (await VerifyAsync("--base", "HEAD~1")).Code);
        _world.Time.Advance(TimeSpan.FromDays(31));
        // What was there goes on; what comes anew had to come before.
        Assert.Equal(0, (await VerifyAsync("--base", "HEAD")).Code);
        var (code, output, _) = await VerifyAsync("--base", "HEAD~1");
        Assert.Equal(1, code);
        Assert.Contains("approval-2 had to be used before", output, StringComparison.Ordinal);

        TargetWorld.Git(_clone, "revert", "--no-edit", "HEAD");
        (code, output, _) = await VerifyAsync("--base", "HEAD~1");
        Assert.True(code == 0, output);
    }

    private async Task GroundsAsync(TargetWorld world)
    {
        var target = (await world.Get<Targets>().GetAsync(TargetWorld.Ann, "production", Cancel)).Value;
        foreach (var (path, text) in world.Get<TargetOnceFiles>().Create(TargetWorld.Ann, target, "https://orrery").Value.Files.Where(static one => one.Key.StartsWith(".orrery/", StringComparison.Ordinal)))
            await WriteAsync(path, text);
        var keys = new AuditKeyList { Keys = [.. await world.Get<AuditTrail>().ListKeysAsync(Cancel)] };
        await WriteAsync(".orrery/keys.json", JsonSerializer.Serialize(keys, OrreryJson.TypeOf<AuditKeyList>()));
    }

    private async Task WriteAsync(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_clone, path))!);
        await File.WriteAllTextAsync(Path.Combine(_clone, path), text, Cancel);
    }

    private async Task ReplaceAsync(string path, string from, string to)
    {
        var before = await File.ReadAllTextAsync(Path.Combine(_clone, path), Cancel);
        Assert.Contains(from, before, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_clone, path), before.Replace(from, to, StringComparison.Ordinal), Cancel);
    }

    private void Commit(string message)
    {
        TargetWorld.Git(_clone, "add", "-A");
        TargetWorld.Git(_clone, "commit", "-qm", message);
    }

    private Task<(int Code, string Out, string Error)> VerifyAsync(params string[] more) =>
        RunAsync(["targets", "verify", Path.Combine(_clone, "clusters"), "--keys", Path.Combine(_clone, ".orrery/keys.json"), "--targets", Path.Combine(_clone, ".orrery/targets"), .. more]);

    // No server is named, and none runs.
    private async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var code = await MlopsCommand.RunAsync(arguments, new CliHost(output, errors, static _ => null, _world.Time)).WaitAsync(Cancel);
        return (code, output.ToString(), errors.ToString());
    }

    private static async Task DeployAsync(TargetWorld world, ReleaseOrder order)
    {
        var deployed = await world.Target("kserve-git").DeployAsync(TargetWorld.Ann, order, new("", new Dictionary<string, string>()), Cancel);
        Assert.True(deployed.Succeeded, deployed.Failure?.Message);
    }
}
