using System.Diagnostics;
using System.Text.RegularExpressions;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>No secret stands in the checkout: what scanners of repositories look for, in every file that is tracked.</summary>
public sealed partial class SecretTests
{
    // Files that hold something of the shape on purpose, and why it is none.
    private static readonly Dictionary<string, string> Harmless = new()
    {
        ["tests/Orrery.Tests.Unit/Identity/TokenTextTests.cs"] = "A token with a checksum of another implementation; no server has ever known it.",
    };

    [Fact]
    public void No_tracked_file_holds_a_secret() => Rule.Holds(
        from path in Tracked()
        where !Harmless.ContainsKey(path)
        let text = File.ReadAllText(Repository.PathOf(path))
        from found in Found(text)
        select $"{path}: {found}",
        "Take it out, and revoke it: it stays in the history. Give secrets to the server by files (any setting as <Key>File). A thing that only looks like one goes into Harmless.");

    [Fact]
    public void The_list_of_exceptions_names_files_that_need_one() => Rule.Holds(
        Harmless.Keys.Where(static path => !File.Exists(Repository.PathOf(path)) || !Found(File.ReadAllText(Repository.PathOf(path))).Any()),
        "Remove it from Harmless.");

    [Theory]
    [InlineData("-----BEGIN EC PRIVATE", " KEY-----\nMHcCAQEE", "private key")]
    [InlineData("AKIA", "IOSFODNN7EXAMPLX", "AWS")]
    [InlineData("ghp_", "0123456789abcdefghijABCDEFGHIJ012345", "GitHub")]
    [InlineData("xoxb-", "123456789012-abcdefghijkl", "Slack")]
    [InlineData("Host=db;Username=orrery;Password=", "sup3r-s3cret-thing", "connection string")]
    public void What_is_looked_for_is_found(string first, string second, string kind) =>
        Assert.Contains(kind, Assert.Single(Found($"x = \"{first}{second}\"")), StringComparison.Ordinal);

    [Fact]
    public void A_token_of_ours_is_found_and_one_that_cannot_be_one_is_not()
    {
        var token = TokenText.New(service: false);
        Assert.Single(Found($"MLFLOW_TRACKING_TOKEN={token}"));
        Assert.Empty(Found("mlops_pat_" + new string('x', 36)));
    }

    private static IEnumerable<string> Found(string text)
    {
        if (PrivateKey().IsMatch(text))
            yield return "a private key";
        foreach (var match in Amazon().Matches(text).Where(static m => !m.Value.EndsWith("EXAMPLE", StringComparison.Ordinal)))
            yield return $"an AWS access key, {match.Value[..8]}...";
        foreach (Match match in GitHub().Matches(text))
            yield return $"a GitHub token, {match.Value[..8]}...";
        foreach (Match match in Slack().Matches(text))
            yield return $"a Slack token, {match.Value[..8]}...";
        foreach (Match match in ConnectionPassword().Matches(text))
            yield return $"a password in a connection string, {match.Value}";
        foreach (var match in Ours().Matches(text).Where(static m => TokenText.IsWellFormed(m.Value)))
            yield return $"a token of this platform, {match.Value[..14]}...";
    }

    private static IEnumerable<string> Tracked()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-c", "safe.directory=*", "-C", Repository.Root, "ls-files", "-z"]) { RedirectStandardOutput = true })!;
        var list = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        var paths = list.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(paths.Length > 500, $"git lists {paths.Length} files.");
        return paths.Where(static path => File.Exists(Repository.PathOf(path)));
    }

    [GeneratedRegex("-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\\s*[A-Za-z0-9+/]")]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")]
    private static partial Regex Amazon();

    [GeneratedRegex(@"\bgh[pousr]_[0-9A-Za-z]{36}\b")]
    private static partial Regex GitHub();

    [GeneratedRegex(@"\bxox[abprs]-[0-9A-Za-z-]{16,}")]
    private static partial Regex Slack();

    // Not a placeholder (..., ***, {name}, $NAME, <password>), and not the word itself.
    [GeneratedRegex("""\bHost=[^"'\r\n]*;\s*(?:Password|Pwd)=(?!(?i:password|secret|orrery|postgres)\b)[^;"'\s.*{$<]{6,}""", RegexOptions.IgnoreCase)]
    private static partial Regex ConnectionPassword();

    [GeneratedRegex(@"\bmlops_(?:pat|svc)_[0-9A-Za-z]{36}\b")]
    private static partial Regex Ours();
}
