using System.Text;
using System.Text.Json;
using Orrery.Cli;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>
/// What every verb prints, as text and as JSON, against a server that keeps to the API's description. The text of each is in golden/; a verb that is new has
/// no golden and fails. <c>ORRERY_WRITE_GOLDEN=1</c> writes them.
/// </summary>
public sealed class VerbOutputTests
{
    private const string Switch = "ORRERY_WRITE_GOLDEN";

    // Verbs that need more than a described server and files that anybody can write. All others have a golden.
    private static readonly Dictionary<string, OtherTest> Elsewhere = new()
    {
        ["serve"] = new("ServeTests", "Serve_becomes_the_server_and_ends_in_order_on_sigterm", "It becomes the server, whose output is the server's.") { IsOfAnotherProgram = true },
        ["demo"] = new("DemoVerbTests", "The_story_is_told_on_a_server_that_ends_with_it", "It runs a server and the story, which print for themselves.") { IsOfAnotherProgram = true },
        ["targets verify"] = new("TargetsVerifyTests", "What_deliveries_write_holds_for_people_and_machines", "It reads a repository of Git that deliveries wrote.") { Through = "VerifyAsync" },
        ["subjects receipts verify"] = new("PrivacyTests", "An_erased_subject_is_in_no_store_and_the_receipt_says_so", "It checks a signature, which needs a real one."),
        ["compliance verify"] = new("ComplianceReportTests", "A_report_of_an_empty_workspace_is_made_signed_and_checked_without_a_server", "It checks a signature, which needs a real one."),
        ["workspace export"] = new("ImportJobTests", "The_command_line_takes_a_workspace_out_and_in", "It checks the archive that it writes, which needs a real one."),
        ["workspace import"] = new("ImportJobTests", "The_command_line_takes_a_workspace_out_and_in", "It reads an archive, which needs a real one."),
        ["import mlflow"] = new(nameof(CopyTests), nameof(CopyTests.An_import_tells_people_and_machines_what_it_copied), "It copies between two servers."),
        ["import archive"] = new(nameof(CopyTests), nameof(CopyTests.An_archive_tells_people_and_machines_what_went_in_and_out), "It copies from a folder."),
        ["export mlflow"] = new(nameof(CopyTests), nameof(CopyTests.An_archive_tells_people_and_machines_what_went_in_and_out), "It copies into a folder."),
    };

    public static TheoryData<string> Nouns => [.. VerbTree.Verbs.Keys.Select(static verb => verb.Split(' ')[0]).Distinct()];

    [Theory]
    [MemberData(nameof(Nouns))]
    public async Task Every_verb_prints_text_for_people_and_json_for_machines(string noun)
    {
        var problems = new List<string>();
        var cases = VerbTree.Verbs.Where(one => one.Key.Split(' ')[0] == noun && !Elsewhere.ContainsKey(one.Key))
            .SelectMany(static one => VerbCases.Further(one.Key).Prepend(files => VerbCases.Of(one.Key, one.Value, files)).Select(make => (Words: one.Key, Make: make)));
        // Beside each other: there are hundreds.
        var texts = await Task.WhenAll(cases.Select(one => Task.Run(() => CheckAsync(one.Words, one.Make, problems))));
        if (texts.Length > 0)
            Compare(noun, string.Concat(texts), problems);
        Assert.True(problems.Count is 0, string.Join('\n', problems));
    }

    [Fact]
    public void The_list_of_verbs_that_are_tested_elsewhere_names_verbs_that_exist() =>
        Rule.Holds(Elsewhere.Keys.Except(VerbTree.Verbs.Keys), "Remove it from Elsewhere.");

    [Fact]
    public void Tests_elsewhere_are_there_and_run_the_verb_for_people_and_for_machines() =>
        Rule.Holds(Elsewhere.SelectMany(static one => one.Value.Problems(one.Key)), "Name the test that looks at what the verb prints, as text and with --json.");

    private static async Task<string> CheckAsync(string words, Func<VerbFiles, VerbCase> make, List<string> problems)
    {
        var text = new StringBuilder();
        using var files = new VerbFiles();
        var one = make(files);
        var (plain, server) = await RunAsync(one);
        // What the first run has written, the second finds as the first did.
        one = make(files.Anew());
        var wrong = server.Breaches.Select(breach => $"{words}: {breach}").ToList();
        if (plain.ExitCode != one.ExitCode)
            wrong.Add($"{words} ended with {plain.ExitCode}, not {one.ExitCode}: {plain.Error}");
        var (machine, _) = await RunAsync(one with { Words = [.. one.Words, "--json"] });
        if (plain.Error.Contains("Unhandled", StringComparison.Ordinal))
            wrong.Add($"{words} has a bug: {plain.Error}");
        if (machine.ExitCode != plain.ExitCode)
            wrong.Add($"{words} --json ended with {machine.ExitCode}: {machine.Error}");
        if (!one.IsText && plain.ExitCode is 0)
            wrong.AddRange(JsonProblems(words, machine));
        if (server.Asked.Count is 0 && !one.IsLocal)
            wrong.Add($"{words} asked the server nothing.");
        text.Append("$ mlops ").Append(files.Named(string.Join(' ', one.Words.Select(Quoted)))).Append("\n# ").Append(string.Join("\n# ", server.Asked.Distinct())).Append('\n')
            .Append(files.Named(plain.Out)).Append(plain.Error.Length is 0 ? "" : "! " + files.Named(plain.Error).TrimEnd('\n').Replace("\n", "\n! ", StringComparison.Ordinal) + "\n")
            .Append("> ").Append(files.Named(machine.Out).TrimEnd('\n').Replace("\n", "\n> ", StringComparison.Ordinal)).Append("\n\n");
        lock (problems)
            problems.AddRange(wrong);
        return text.ToString();
    }

    private static IEnumerable<string> JsonProblems(string words, CliRun machine)
    {
        var lines = machine.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length is 0)
            yield return $"{words} --json prints nothing.";
        foreach (var line in lines)
        {
            string? problem = null;
            try
            {
                using var value = JsonDocument.Parse(line);
            }
            catch (JsonException wrong)
            {
                problem = $"{words} --json prints what is no JSON: {wrong.Message} {line}";
            }

            if (problem is not null)
                yield return problem;
        }
    }

    private static async Task<(CliRun Run, ContractServer Server)> RunAsync(VerbCase one)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var server = new ContractServer();
        foreach (var (name, value) in one.Values)
            server.Values[name] = value;
        server.Without.UnionWith(one.Without);
        var host = new CliHost(output, errors, name => name is "ORRERY_CONFIG" ? one.Profiles : null, new InstantTime()) { Handler = () => server, In = new StringReader(one.Input) };
        var code = await MlopsCommand.RunAsync([.. one.Words], host);
        return (new(code, output.ToString(), errors.ToString()), server);
    }

    private static void Compare(string noun, string text, List<string> problems)
    {
        var file = Repository.PathOf("tests", "Orrery.Tests.Unit", "Cli", "golden", noun + ".txt");
        if (Environment.GetEnvironmentVariable(Switch) is "1")
            File.WriteAllText(file, text);
        var before = File.Exists(file) ? File.ReadAllText(file) : "";
        if (before == text)
            return;
        var (now, then) = (text.Split('\n'), before.Split('\n'));
        var at = now.Zip(then).TakeWhile(static pair => pair.First == pair.Second).Count();
        problems.Add($"{file} differs from line {at + 1}:\n  is:  {now.ElementAtOrDefault(at)}\n  was: {then.ElementAtOrDefault(at)}\nIf that is meant, run with {Switch}=1 and look at what changed.");
    }

    private static string Quoted(string word) => word.Length is 0 || word.Any(static c => char.IsWhiteSpace(c) || c is '"' or '{') ? $"'{word}'" : word;
}
