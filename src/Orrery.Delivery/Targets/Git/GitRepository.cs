using System.Globalization;
using System.Text;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>A commit of ours in a branch's history.</summary>
/// <param name="Id">Of the commit.</param>
/// <param name="Author">As it says itself.</param>
/// <param name="Delivery">Trailer <c>Orrery-Delivery</c>; null for none.</param>
/// <param name="Step">Trailer <c>Orrery-Step</c>; null for none.</param>
/// <param name="Reverts">Trailer <c>Orrery-Reverts</c>: a delivery; null for none.</param>
internal sealed record GitCommit(string Id, string Author, string? Delivery, string? Step, string? Reverts);

/// <summary>A file of a commit; its text is null for what is no plain file of text.</summary>
internal sealed record GitFile(string Mode, string Blob, string? Text);

/// <summary>
/// A bare copy of a repository, for one operation at a time. Trees and commits are made without a working copy, so that nothing of the repository (links, filters,
/// attributes) is ever carried out.
/// </summary>
internal sealed class GitRepository(GitProgram git, string folder, GitSettings settings, GitAccess access, TimeProvider time)
{
    private const string Plain = "100644";
    private const int MostFiles = 20_000;
    private const int MostHistory = 2000;

    public GitSettings Settings => settings;

    /// <summary>Brings a branch's head here; null for a branch that is not there. <c>delivery.repository_unreachable</c>.</summary>
    public async ValueTask<Result<string?>> FetchAsync(string branch, CancellationToken cancel)
    {
        if (!File.Exists(Path.Combine(folder, "HEAD")))
        {
            Directory.CreateDirectory(folder);
            if ((await DoAsync(["init", "--bare", "-q", "."], cancel)).Failed(out var broken, out _))
                return broken;
        }

        var reference = "refs/heads/" + branch;
        if ((await AwayAsync(["ls-remote", "--", access.Url, reference], cancel)).Failed(out var unreachable, out var listed))
            return unreachable;
        if (listed.Text.Split('\n').Select(static line => line.Split('\t')).FirstOrDefault(parts => parts.Length == 2 && parts[1] == reference) is not [var head, _])
            return (string?)null;
        if ((await git.RunAsync(folder, ["cat-file", "-e", head + "^{commit}"], null, null, null, cancel)) is { Succeeded: true, Value.Succeeded: true })
            return head;
        return (await AwayAsync(["fetch", "-q", "--no-tags", "--no-write-fetch-head", "--", access.Url, $"+{reference}:refs/remotes/origin/{branch}"], cancel)).Failed(out unreachable, out _)
            ? unreachable
            : head;
    }

    /// <summary>The files below a folder at a commit.</summary>
    public async ValueTask<Result<SortedDictionary<string, GitFile>>> ReadAsync(string? commit, IReadOnlyList<string> folders, CancellationToken cancel)
    {
        var files = new SortedDictionary<string, GitFile>(StringComparer.Ordinal);
        if (commit is null)
            return files;
        if ((await DoAsync(["ls-tree", "-r", "-z", "--full-tree", commit, "--", .. folders.Where(static one => one.Length > 0)], cancel)).Failed(out var failure, out var listed))
            return failure;
        foreach (var line in listed.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            var parts = line[..tab].Split(' ');
            files[line[(tab + 1)..]] = new(parts[0], parts[2], null);
        }

        if (files.Count > MostFiles)
            return Failure.Invalid("delivery.repository_too_large", $"The folder of the repository has {files.Count} files; {MostFiles} are read.");
        return await TextsAsync(files, cancel);
    }

    /// <summary>Commits that touched a folder, newest first.</summary>
    public async ValueTask<Result<List<GitCommit>>> HistoryAsync(string commit, string path, int most, CancellationToken cancel)
    {
        static string Trailer(string key) => $"%(trailers:key={key},valueonly,separator=%x2C)";

        var format = $"--format=%H%x1f%an%x1f{Trailer("Orrery-Delivery")}%x1f{Trailer("Orrery-Step")}%x1f{Trailer("Orrery-Reverts")}%x1e";
        if ((await DoAsync(["log", "-n", Math.Min(most, MostHistory).ToString(CultureInfo.InvariantCulture), format, commit, "--", path], cancel)).Failed(out var failure, out var said))
            return failure;
        return said.Text.Split('\x1e', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(static record => record.Split('\x1f'))
            .Where(static parts => parts.Length == 5).Select(static parts => new GitCommit(parts[0], parts[1], Text(parts[2]), Text(parts[3]), Text(parts[4]))).ToList();
    }

    /// <summary>The first parent of a commit; null for the first of all.</summary>
    public async ValueTask<Result<string?>> ParentAsync(string commit, CancellationToken cancel)
    {
        if ((await DoAsync(["rev-list", "--parents", "-n", "1", commit], cancel)).Failed(out var failure, out var said))
            return failure;
        var parts = said.Text.Trim().Split(' ');
        return parts.Length > 1 ? parts[1] : null;
    }

    /// <summary>Whether a commit is there, and its whole name.</summary>
    public async ValueTask<Result<string>> ResolveAsync(string head, string revision, CancellationToken cancel)
    {
        if (revision.Length is < 7 or > 64 || !revision.All(char.IsAsciiHexDigitLower))
            return Failure.Invalid("delivery.invalid_revision", $"'{(revision.Length > 80 ? revision[..80] : revision)}' is no commit; it must be 7 to 64 hexadecimal digits.");
        var found = await git.RunAsync(folder, ["rev-parse", "--verify", "--quiet", revision + "^{commit}"], null, null, null, cancel);
        if (found.Failed(out var broken, out var said))
            return broken;
        var ancestor = said.Succeeded ? await git.RunAsync(folder, ["merge-base", "--is-ancestor", said.Text.Trim(), head], null, null, null, cancel) : found;
        return ancestor is { Succeeded: true, Value.Succeeded: true }
            ? said.Text.Trim()
            : Failure.NotFound("delivery.revision_not_found", $"Commit {revision} is not in the history of {settings.Branch}.");
    }

    /// <summary>Makes a commit: the files of its parent, with these changed; a null text removes one.</summary>
    public async ValueTask<Result<string>> CommitAsync(string? parent, IReadOnlyDictionary<string, string?> changes, string message, CancellationToken cancel)
    {
        var index = Path.Combine(folder, $"index-{Guid.CreateVersion7(time.GetUtcNow()):N}");
        var variables = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index };
        try
        {
            if ((await DoAsync(parent is null ? ["read-tree", "--empty"] : ["read-tree", parent], cancel, variables: variables)).Failed(out var failure, out _))
                return failure;
            var entries = new StringBuilder();
            foreach (var (path, text) in changes)
            {
                if (text is null)
                {
                    entries.Append(CultureInfo.InvariantCulture, $"0 {new string('0', 40)}\t{path}\n");
                    continue;
                }

                if ((await DoAsync(["hash-object", "-w", "--no-filters", "--stdin"], cancel, text)).Failed(out failure, out var blob))
                    return failure;
                entries.Append(CultureInfo.InvariantCulture, $"{Plain} {blob.Text.Trim()}\t{path}\n");
            }

            if ((await DoAsync(["update-index", "--add", "--index-info"], cancel, entries.ToString(), variables)).Failed(out failure, out _))
                return failure;
            if ((await DoAsync(["write-tree"], cancel, variables: variables)).Failed(out failure, out var tree))
                return failure;
            return (await DoAsync(
                parent is null ? ["commit-tree", tree.Text.Trim()] : ["commit-tree", tree.Text.Trim(), "-p", parent], cancel, message, Person())).Failed(out failure, out var commit)
                ? failure
                : commit.Text.Trim();
        }
        finally
        {
            File.Delete(index);
        }
    }

    /// <summary>Brings a commit to a branch of the repository; false when somebody else was faster.</summary>
    /// <param name="commit">What the branch is to be; null to remove it.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="expected">What an own branch is now, to be replaced; null for one that only goes forward.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<Result<bool>> PushAsync(string? commit, string branch, string? expected, CancellationToken cancel)
    {
        List<string> arguments = ["push", "-q", "--porcelain", "--no-verify"];
        if (expected is not null)
            arguments.Add($"--force-with-lease=refs/heads/{branch}:{expected}");
        var ran = await git.RunAsync(folder, [.. arguments, "--", access.Url, $"{commit}:refs/heads/{branch}"], null, access, null, cancel);
        if (ran.Failed(out var failure, out var answer))
            return failure;
        if (answer.Succeeded)
            return true;
        var said = answer.Text + " " + answer.Errors;
        string[] faster = ["non-fast-forward", "fetch first", "stale info", "cannot lock ref", "failed to update ref", "incorrect old value", "reference already exists"];
        return faster.Any(one => said.Contains(one, StringComparison.Ordinal)) ? false : Unreachable(said.ReplaceLineEndings(" ").Trim());
    }

    /// <summary>Takes a change back out of a text that has changed since; null when both changed the same lines.</summary>
    public async ValueTask<Result<string?>> MergeAsync(string now, string changed, string before, CancellationToken cancel)
    {
        var stem = Path.Combine(folder, $"merge-{Guid.CreateVersion7(time.GetUtcNow()):N}-");
        string[] files = [stem + "now", stem + "changed", stem + "before"];
        try
        {
            foreach (var (file, text) in files.Zip([now, changed, before]))
                await File.WriteAllTextAsync(file, text, cancel);
            var ran = await git.RunAsync(folder, ["merge-file", "-p", "-q", .. files], null, null, null, cancel);
            return ran.Failed(out var failure, out var merged) ? failure : merged.Succeeded ? merged.Text : (string?)null;
        }
        finally
        {
            foreach (var file in files)
                File.Delete(file);
        }
    }

    private async ValueTask<Result<SortedDictionary<string, GitFile>>> TextsAsync(SortedDictionary<string, GitFile> files, CancellationToken cancel)
    {
        var plain = files.Where(static one => one.Value.Mode.StartsWith("100", StringComparison.Ordinal)).ToList();
        if ((await DoAsync(["cat-file", "--batch"], cancel, string.Concat(plain.Select(static one => one.Value.Blob + "\n")))).Failed(out var failure, out var answer))
            return failure;
        var (bytes, at) = (answer.Output, 0);
        foreach (var (path, file) in plain)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', at);
            if (end < 0 || Encoding.ASCII.GetString(bytes, at, end - at).Split(' ') is not [_, "blob", var size] || !int.TryParse(size, CultureInfo.InvariantCulture, out var length) || end + 1 + length > bytes.Length)
                return Failure.Invalid("delivery.repository_too_large", $"The files of the repository's folder are too large to be read ({path}).");
            files[path] = file with { Text = Encoding.UTF8.GetString(bytes, end + 1, length) };
            at = end + 1 + length + 1;
        }

        return files;
    }

    private Dictionary<string, string> Person()
    {
        var date = string.Create(CultureInfo.InvariantCulture, $"@{time.GetUtcNow().ToUnixTimeSeconds()} +0000");
        return new()
        {
            ["GIT_AUTHOR_NAME"] = settings.AuthorName,
            ["GIT_AUTHOR_EMAIL"] = settings.AuthorEmail,
            ["GIT_AUTHOR_DATE"] = date,
            ["GIT_COMMITTER_NAME"] = settings.AuthorName,
            ["GIT_COMMITTER_EMAIL"] = settings.AuthorEmail,
            ["GIT_COMMITTER_DATE"] = date,
        };
    }

    // Within the copy: what fails is broken.
    private async ValueTask<Result<GitAnswer>> DoAsync(IReadOnlyList<string> arguments, CancellationToken cancel, string? input = null, IReadOnlyDictionary<string, string>? variables = null)
    {
        if ((await git.RunAsync(folder, arguments, input, null, variables, cancel)).Failed(out var failure, out var answer))
            return failure;
        return answer.Succeeded ? answer : Failure.Unavailable("delivery.git_failed", $"git {arguments[0]} failed: {answer.Errors}");
    }

    private async ValueTask<Result<GitAnswer>> AwayAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        if ((await git.RunAsync(folder, arguments, null, access, null, cancel)).Failed(out var failure, out var answer))
            return failure;
        return answer.Succeeded ? answer : Unreachable(answer.Errors);
    }

    private static Failure Unreachable(string said) => Failure.Unavailable("delivery.repository_unreachable", $"The repository refused or could not be reached: {said}");

    private static string? Text(string text) => text.Trim() is { Length: > 0 } some ? some.Split(',')[0].Trim() : null;
}
