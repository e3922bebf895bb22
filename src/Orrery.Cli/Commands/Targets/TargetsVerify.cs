using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops targets verify</c>: the check of a repository's own CI; no server need run when the keys are in a file.</summary>
internal static class TargetsVerify
{
    public static Command Create()
    {
        var path = Verb.Argument("path", "Folder with manifests, in a Git repository or not");
        var commit = Verb.Text("--commit", "Check what the folder is in this commit, and not its files", "commit");
        var keys = Verb.Text("--keys", "Public keys that are trusted, as 'mlops audit keys --json' prints them; without, the server is asked", "file");
        var targets = Verb.Text("--targets", "Folder with the environments' targets, as 'mlops targets files' writes them: what places, runtimes, workspace and Argo CD's manifests are held against", "folder");
        var governed = Verb.Texts("--governed", "Environment that needs approvals besides those of --targets; may be given again. Without both: production", "environment");
        var storage = Verb.Text("--storage-uri", "Where versions' files are, with {model}, {version} and {sha256}, for environments without a target", "uri");
        var from = Verb.Text("--base", "Commit that is trusted: keys and targets of the repository are read from it, and approvals that it has need not be fit for first use", "commit");
        return new Command("verify", "Check manifests offline: each is valid, and those of governed environments have signed approvals of their very version and nothing besides. Exit code 1 when one has not.")
        {
            path, commit, keys, targets, governed, storage, from,
        }.Does(async session =>
        {
            var folder = session.Args.GetRequiredValue(path);
            if (!Directory.Exists(folder))
                throw new UsageException($"There is no folder '{folder}'.");
            var grounds = await VerifyGrounds.OfAsync(folder, session.Args.GetValue(from), session.Cancel);
            var trusted = session.Args.GetValue(keys) is { } file ? await grounds.KeysAsync(file, session.Cancel) : [.. await session.Client.Audit.ListKeysAsync(session.Cancel)];
            var known = session.Args.GetValue(targets) is { } named ? await grounds.TargetsAsync(named, session.Cancel) : [];
            string[] environments = [.. known.Values.Where(static one => one.Governed).Select(static one => one.Environment), .. session.Args.GetRequiredValue(governed)];
            var check = new Check(
                grounds, known, environments.Length > 0 || known.Count > 0 ? environments : ["production"],
                new() { Keys = trusted, Now = session.Host.Time.GetUtcNow(), StorageTemplate = session.Args.GetValue(storage) });
            var files = session.Args.GetValue(commit) is { } revision ? await ManifestReading.OfCommitAsync(folder, revision, session.Cancel) : await ManifestReading.OfFolderAsync(folder, session.Cancel);
            var verdict = await check.RunAsync(files, session.Cancel);
            session.Output.List(verdict, verdict.Faults, null, ("FILE", one => one.Path), ("WHAT", one => one.Message));
            session.Output.Remark($"{verdict.Checked} InferenceServices, {verdict.Governed} of them in governed environments: {(verdict.Valid ? "all hold" : "not all hold")}.");
            return verdict.Valid ? ExitCodes.Ok : ExitCodes.Failed;
        }).Example("mlops targets verify clusters --base origin/main --keys .orrery/keys.json --targets .orrery/targets");
    }

    private sealed record Check(VerifyGrounds Grounds, Dictionary<string, VerifiedTarget> Targets, string[] Governed, ApprovalRules Rules)
    {
        public async Task<ManifestVerdict> RunAsync(List<(ManifestFile Manifest, string Text)> files, CancellationToken cancel)
        {
            var before = Grounds.Commit is { } commit ? await ManifestReading.TextsAsync(Grounds.Folder, commit, cancel) : [];
            var rules = new Dictionary<string, ApprovalRules>(StringComparer.Ordinal);
            foreach (var (manifest, text) in files.Where(one => ManifestFolder.EnvironmentOf(one.Manifest.Path) is { } environment && Governed.Contains(environment)))
                rules[manifest.Path] = await RulesAsync(manifest, before.GetValueOrDefault(manifest.Path) == text, cancel);
            var verdict = ManifestFolder.Check(files.Select(static one => one.Manifest), Governed.Contains, path => rules[path]);
            List<ManifestFault> faults =
            [
                .. verdict.Faults,
                .. Targets.Values.Where(one => Governed.Contains(one.Environment)).SelectMany(one => ArgoFolder.Problems(files.Select(static file => file.Manifest), one.Environment, one.Settings)),
            ];
            return verdict with { Valid = faults.Count == 0, Faults = faults };
        }

        private async Task<ApprovalRules> RulesAsync(ManifestFile manifest, bool same, CancellationToken cancel)
        {
            var target = Targets.GetValueOrDefault(ManifestFolder.EnvironmentOf(manifest.Path)!);
            var rules = target is null
                ? Rules
                : Rules with { Workspace = target.Workspace, WorkspaceName = target.WorkspaceName, StorageTemplate = target.Settings.StorageUri, Settings = target.Settings };
            if (same || Grounds.Commit is not { } commit)
                return rules with { FirstUse = !same };
            // Going back to what the branch had, or to a smaller share of it, is no first use.
            var late = Uses([manifest]).Any(use => use.Token.UseBy <= Rules.Now.ToUnixTimeMilliseconds());
            var uses = late ? Uses(await ManifestReading.EarlierAsync(Grounds.Folder, commit, manifest.Path, cancel)) : [];
            return rules with { WasUsed = (token, percent) => uses.Exists(use => use.Token.Id == token.Id && use.Percent >= percent) };
        }

        private static List<(ApprovalToken Token, int Percent)> Uses(IEnumerable<ManifestFile> files) =>
        [
            .. files.SelectMany(static file => file.Documents.OfType<JsonObject>()).SelectMany(ApprovedManifest.Shares)
                .Select(static share => (Token: ApprovalToken.Parse(share.Token), share.Percent)).Where(static share => share.Token is not null).Select(static share => (share.Token!, share.Percent)),
        ];
    }
}
