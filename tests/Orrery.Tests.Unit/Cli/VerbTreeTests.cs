using System.CommandLine;
using Orrery.Cli;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What all verbs have in common.</summary>
public sealed class VerbTreeTests
{
    // Words that destroy something. A verb with one of them asks, or stands here with the reason why not.
    private static readonly string[] Destroying = ["delete", "revoke", "erase", "remove", "gc", "clear", "disable", "withdraw", "purge", "unlink", "logout", "cancel", "stop"];

    private const string Ends = "It ends work that can be begun again, and deletes nothing.";
    private const string Bin = "It goes into the bin: 'restore' brings it back until gc.";
    private const string Back = "The opposite verb brings it back as it was.";

    private static readonly Dictionary<string, string> Harmless = new()
    {
        ["experiments delete"] = Bin,
        ["runs delete"] = Bin,
        ["evaluations cancel"] = Ends,
        ["deliveries cancel"] = Ends,
        ["batch-predict cancel"] = Ends,
        ["explanations cancel"] = Ends,
        ["features materializations cancel"] = Ends,
        ["jobs cancel"] = Ends,
        ["approvals withdraw"] = "One's own request, which can be made again.",
        ["people disable"] = Back,
        ["people unlink"] = Back,
        ["groups remove"] = Back,
        ["groups disable"] = Back,
        ["service-accounts disable"] = Back,
        ["me second-factor disable"] = "It needs the password and a code already.",
        ["logout"] = "One signs in again.",
    };

    [Fact]
    public void Verbs_that_destroy_ask_first() => Rule.Holds(
        from verb in VerbTree.Verbs
        where verb.Key.Split(' ', '-').Intersect(Destroying).Any() && !Harmless.ContainsKey(verb.Key)
        where verb.Value.Options.All(static option => option.Name is not "--yes")
        select verb.Key,
        "Give it Confirmation.Option() and ask, or name it in Harmless with its reason.");

    [Fact]
    public void The_list_of_exceptions_names_verbs_that_do_not_ask() => Rule.Holds(
        Harmless.Keys.Where(static verb => !VerbTree.Verbs.TryGetValue(verb, out var command) || command.Options.Any(static option => option.Name is "--yes")),
        "Remove it from Harmless.");

    [Fact]
    public async Task Without_a_terminal_and_without_yes_nothing_is_done()
    {
        // Profiles are of files: ProfileTests asks there.
        foreach (var (words, verb) in VerbTree.Verbs.Where(static one => one.Key is not "profile delete" && one.Value.Options.Any(static option => option.Name is "--yes")))
        {
            // Every one of its own conditions: closing a month asks, showing it does not.
            string[] more = words is "cost statement" ? ["--close", "--month", "2026-01"] : [];
            var server = new ContractServer();
            await using var errors = new StringWriter();
            var host = new CliHost(TextWriter.Null, errors, _ => null, new InstantTime()) { Handler = () => server };
            var code = await MlopsCommand.RunAsync([.. words.Split(' '), .. VerbCases.Needed(verb), .. more], host);
            Assert.True(code is ExitCodes.Usage && errors.ToString().Contains("--yes", StringComparison.Ordinal), $"{words}: {code} {errors}");
            Assert.All(server.Asked, static asked => Assert.StartsWith("GET ", asked, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_person_who_says_no_on_the_terminal_keeps_everything()
    {
        foreach (var answer in (string?[])["n", "", null, "yess"])
        {
            await using var errors = new StringWriter();
            var server = new StubServer();
            var host = new CliHost(TextWriter.Null, errors, _ => null, new InstantTime()) { Handler = () => server, Ask = () => answer };
            Assert.Equal(ExitCodes.Usage, await MlopsCommand.RunAsync(["models", "delete", "churn"], host));
            Assert.Contains("for good. Is that meant? [y/N]", errors.ToString(), StringComparison.Ordinal);
            Assert.Empty(server.Requests);
        }
    }

    [Fact]
    public void Every_verb_has_an_example_that_its_own_command_line_takes() => Rule.Holds(
        from verb in VerbTree.Verbs
        where verb.Key is not ("serve" or "help")
        let example = ExampleHelp.Of(verb.Value)
        let line = example?.Split('\n')[0]
        let errors = line is null ? ["it has none"] : Problems(line)
        where errors.Count > 0
        select $"{verb.Key}: {string.Join(" ", errors)} {line}",
        "Give the verb .Example(...), or name one in Help/Examples.cs.");

    [Fact]
    public void Every_noun_stands_in_the_help_of_the_program() => Rule.Holds(
        VerbTree.Root.Subcommands.Select(static one => one.Name).Except(RootHelp.Groups.SelectMany(static one => one.Names)),
        "Put it into a group of RootHelp.");

    [Fact]
    public void What_the_program_teaches_can_be_typed() => Rule.Holds(
        from line in RootHelp.Lines
        let problems = Problems(line.Line)
        where problems.Count > 0
        select $"{line.Line}: {string.Join(' ', problems)}",
        "Mend the line in RootHelp.");

    private static List<string> Problems(string line)
    {
        // What stands around mlops is the shell's.
        var from = line.IndexOf("mlops ", StringComparison.Ordinal);
        if (from < 0)
            return ["it is no line of mlops"];
        var words = CommandWords.Split(line[from..].TrimEnd(')')).Skip(1).ToArray();
        return [.. VerbTree.Root.Parse(words).Errors.Select(static error => error.Message)];
    }
}
