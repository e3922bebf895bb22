using Orrery.Testing;

namespace Orrery.Tests.Unit;

/// <summary>A test of what a verb prints, where <see cref="VerbOutputTests"/> cannot run the verb.</summary>
/// <param name="Class">Class of the test, in this project or another.</param>
/// <param name="Test">Its method.</param>
/// <param name="Why">Why the verb is run there.</param>
internal sealed record OtherTest(string Class, string Test, string Why)
{
    // Where the next member begins.
    private const string Next = "\n    }\n";

    /// <summary>What is printed is another program's, which knows no --json.</summary>
    public bool IsOfAnotherProgram { get; init; }

    /// <summary>A method of the class that runs the verb for the test; null when the test does itself.</summary>
    public string? Through { get; init; }

    /// <summary>Why this is no test of the verb: it is gone, or runs the verb not at all or in one way only.</summary>
    public IEnumerable<string> Problems(string verb)
    {
        var files = Directory.GetFiles(Repository.PathOf("tests"), Class + ".cs", SearchOption.AllDirectories);
        if (files.Length is not 1)
        {
            yield return $"{verb}: there are {files.Length} files {Class}.cs.";
            yield break;
        }

        var text = File.ReadAllText(files[0]).ReplaceLineEndings("\n");
        var at = text.IndexOf($" {Test}()", StringComparison.Ordinal);
        if (at < 0)
        {
            yield return $"{verb}: {Class} has no {Test}.";
            yield break;
        }

        var body = text[at..text.IndexOf(Next, at, StringComparison.Ordinal)];
        var words = string.Join(", ", verb.Split(' ').Select(static word => $"\"{word}\""));
        // For machines is a line with --json; for people a line without.
        var lines = body.Split('\n').Where(line => line.Contains(Through is null ? words : Through + "(", StringComparison.Ordinal)).ToList();
        if (lines.Count is 0 || !text.Contains(words, StringComparison.Ordinal))
            yield return $"{verb}: {Test} does not run it.";
        else if (!IsOfAnotherProgram && lines.All(static line => !line.Contains("\"--json\"", StringComparison.Ordinal)))
            yield return $"{verb}: {Test} does not run it with --json.";
        else if (!IsOfAnotherProgram && lines.All(static line => line.Contains("\"--json\"", StringComparison.Ordinal)))
            yield return $"{verb}: {Test} does not run it without --json.";
    }
}
