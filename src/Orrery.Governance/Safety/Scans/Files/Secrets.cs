using System.Text.RegularExpressions;

namespace Orrery.Governance;

/// <summary>Finds what looks like a secret in texts. What it is is told, and where; never the secret.</summary>
internal static partial class Secrets
{
    private const int LongestLine = 20_000;
    private const double RandomBits = 4.0;

    private static readonly (string Kind, string Name, Regex Pattern)[] Known =
    [
        ("private_key", "a private key", PrivateKey()),
        ("aws_access_key", "an access key of AWS", AwsKey()),
        ("aws_secret_key", "a secret key of AWS", AwsSecret()),
        ("github_token", "a token of GitHub", GitHub()),
        ("gitlab_token", "a token of GitLab", GitLab()),
        ("slack_token", "a token of Slack", Slack()),
        ("google_api_key", "a key of Google's APIs", Google()),
        ("huggingface_token", "a token of Hugging Face", HuggingFace()),
        ("openai_key", "a key of OpenAI", OpenAi()),
        ("pypi_token", "a token of PyPI", PyPi()),
        ("stripe_key", "a key of Stripe", Stripe()),
        ("azure_storage_key", "a key of Azure's storage", Azure()),
        ("json_web_token", "a JSON Web Token", Jwt()),
        ("connection_string", "a connection string with a password", Connection()),
    ];

    /// <summary>Lines of a text with what they hold.</summary>
    public static IEnumerable<(int Line, string Kind, Severity Severity)> In(string text)
    {
        var number = 0;
        foreach (var whole in text.Split('\n'))
        {
            number++;
            var line = whole.Length > LongestLine ? whole[..LongestLine] : whole;
            var found = false;
            foreach (var (kind, _, pattern) in Known)
            {
                if (!pattern.IsMatch(line))
                    continue;
                found = true;
                yield return (number, kind, kind is "json_web_token" ? Severity.Medium : Severity.High);
            }

            if (!found && Assignment().Match(line) is { Success: true } assigned && IsRandom(assigned.Groups["value"].Value))
                yield return (number, "assignment", Severity.Medium);
        }
    }

    public static string Describe(string kind) => Array.Find(Known, one => one.Kind == kind).Name ?? "a password or key, by its name and its randomness";

    // Shannon's entropy per character: words have less than 4 bits, random base 64 has 5 and more.
    private static bool IsRandom(string value)
    {
        var counts = value.GroupBy(static c => c).Select(static group => group.Count());
        var bits = counts.Sum(count => -(double)count / value.Length * Math.Log2((double)count / value.Length));
        return bits >= RandomBits || (value.Length >= 32 && value.All(char.IsAsciiHexDigit) && bits >= 3);
    }

    [GeneratedRegex("-----BEGIN ([A-Z]+ )*PRIVATE KEY( BLOCK)?-----", RegexOptions.NonBacktracking)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"\b(AKIA|ASIA|AGPA|AROA|AIDA)[0-9A-Z]{16}\b", RegexOptions.NonBacktracking)]
    private static partial Regex AwsKey();

    [GeneratedRegex(@"aws.{0,30}(secret|private).{0,30}['""=:\s][0-9A-Za-z/+=]{40}(['""\s]|$)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex AwsSecret();

    [GeneratedRegex(@"\b(gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{60,})", RegexOptions.NonBacktracking)]
    private static partial Regex GitHub();

    [GeneratedRegex(@"\bglpat-[0-9A-Za-z_\-]{20,}", RegexOptions.NonBacktracking)]
    private static partial Regex GitLab();

    [GeneratedRegex(@"\bxox[abprs]-[0-9A-Za-z\-]{10,}", RegexOptions.NonBacktracking)]
    private static partial Regex Slack();

    [GeneratedRegex(@"\bAIza[0-9A-Za-z_\-]{35}", RegexOptions.NonBacktracking)]
    private static partial Regex Google();

    [GeneratedRegex(@"\bhf_[0-9A-Za-z]{30,}", RegexOptions.NonBacktracking)]
    private static partial Regex HuggingFace();

    [GeneratedRegex(@"\bsk-(proj-|svcacct-)?[0-9A-Za-z_\-]{32,}", RegexOptions.NonBacktracking)]
    private static partial Regex OpenAi();

    [GeneratedRegex(@"\bpypi-[0-9A-Za-z_\-]{50,}", RegexOptions.NonBacktracking)]
    private static partial Regex PyPi();

    [GeneratedRegex(@"\b[sr]k_(live|test)_[0-9A-Za-z]{20,}", RegexOptions.NonBacktracking)]
    private static partial Regex Stripe();

    [GeneratedRegex(@"AccountKey=[0-9A-Za-z+/]{60,}={0,2}", RegexOptions.NonBacktracking)]
    private static partial Regex Azure();

    [GeneratedRegex(@"\beyJ[0-9A-Za-z_\-]{10,}\.eyJ[0-9A-Za-z_\-]{10,}\.[0-9A-Za-z_\-]{10,}", RegexOptions.NonBacktracking)]
    private static partial Regex Jwt();

    [GeneratedRegex(@"\b[a-z][a-z0-9+.\-]{1,20}://[^\s:/@'""]{1,100}:[^\s@/'""{$<]{3,100}@[a-z0-9]|\b(server|host|data source)\s*=[^;]+;.*\b(password|pwd)\s*=\s*[^;\s'""{$<]{3,}", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Connection();

    [GeneratedRegex(@"(password|passwd|secret|token|api_?key|apikey|access_?key|private_?key|credential)s?['""]?\s*[:=]\s*['""]?(?<value>[0-9A-Za-z_\-+/=.!@#%^&*]{16,200})", RegexOptions.IgnoreCase)]
    private static partial Regex Assignment();
}
