using System.Text.RegularExpressions;
using Orrery.Testing;

namespace Orrery.Tests.Conformance;

/// <summary>One recorded request and its answer; the recordings' heads describe the format.</summary>
/// <param name="Name">What it shows. Names may repeat.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="ContentType">Of the request.</param>
/// <param name="Request">The request's body; empty for none.</param>
/// <param name="Answer">Status, content type and body of the answer, as the recording writes them: <c>200 application/json\n{…}</c>.</param>
internal sealed partial record Exchange(string Name, string Method, string Path, string ContentType, string Request, string Answer)
{
    /// <summary>All exchanges of a recording, in order.</summary>
    /// <param name="version">Of MLflow: 2.17 or 3.6.</param>
    public static IReadOnlyList<Exchange> Recorded(string version) =>
        [.. File.ReadAllText(Repository.PathOf("tests", "Orrery.Tests.Conformance", "Golden", $"mlflow-{version}.txt"))
            .Split("\n### ")[1..]
            .Select(Parse)];

    /// <summary>Writes letters and metrics out: <c>{x*7000}</c>, <c>{metrics*1001}</c>.</summary>
    public static string Expand(string text) => Repeat().Replace(text, found =>
    {
        var count = int.Parse(found.Groups["count"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
        return found.Groups["what"].Value == "x"
            ? new string('x', count)
            : string.Join(',', Enumerable.Repeat("""{"key": "b", "value": 1.0, "timestamp": 1, "step": 1}""", count));
    });

    private static Exchange Parse(string text)
    {
        var (asked, answered) = text.Split("\n-> ") is [var before, var after] ? (before, after) : throw new FormatException(text);
        var lines = asked.Split('\n', 3);
        var request = lines[1].Split(' ');
        return new(lines[0], request[0], request[1], request.Length > 2 ? request[2] : "application/json", lines.Length > 2 ? lines[2] : "", answered.Trim('\n'));
    }

    [GeneratedRegex(@"\{(?<what>x|metrics)\*(?<count>\d+)\}")]
    private static partial Regex Repeat();
}
