using System.CommandLine;
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
        var governed = Verb.Texts("--governed", "Environment that needs approvals; may be given again. Without: production", "environment");
        var storage = Verb.Text("--storage-uri", "Where versions' files are, with {model}, {version} and {sha256}, as in the target's settings", "uri");
        var from = Verb.Text("--base", "Manifests that are the same in this commit were checked when they came: their approvals need not be fit for first use", "commit");
        return new Command("verify", "Check manifests offline: each is valid, and those of governed environments have signed approvals of their very version. Exit code 1 when one has not.")
        {
            path, commit, keys, governed, storage, from,
        }.Does(async session =>
        {
            var folder = session.Args.GetRequiredValue(path);
            if (!Directory.Exists(folder))
                throw new UsageException($"There is no folder '{folder}'.");
            var trusted = session.Args.GetValue(keys) is { } file ? await AuditFiles.ReadKeysAsync(file, session.Cancel) : [.. await session.Client.Audit.ListKeysAsync(session.Cancel)];
            var files = session.Args.GetValue(commit) is { } revision ? await ManifestReading.OfCommitAsync(folder, revision, session.Cancel) : await ManifestReading.OfFolderAsync(folder, session.Cancel);
            var known = session.Args.GetValue(from) is { } earlier ? await ManifestReading.TextsAsync(folder, earlier, session.Cancel) : [];
            string[] environments = session.Args.GetRequiredValue(governed) is { Length: > 0 } named ? named : ["production"];
            var rules = new ApprovalRules { Keys = trusted, Now = TimeProvider.System.GetUtcNow(), StorageTemplate = session.Args.GetValue(storage) };
            var verdict = ManifestFolder.Check(
                files.Select(static one => one.Manifest), environments.Contains, file => rules with { FirstUse = known.GetValueOrDefault(file) != files.First(one => one.Manifest.Path == file).Text });
            session.Output.List(verdict, verdict.Faults, null, ("FILE", one => one.Path), ("WHAT", one => one.Message));
            session.Output.Remark($"{verdict.Checked} InferenceServices, {verdict.Governed} of them in governed environments: {(verdict.Valid ? "all hold" : "not all hold")}.");
            return verdict.Valid ? ExitCodes.Ok : ExitCodes.Failed;
        }).Example("mlops targets verify clusters --keys keys.json --base origin/main");
    }
}
