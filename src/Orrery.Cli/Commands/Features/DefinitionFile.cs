using System.CommandLine;
using System.Text.RegularExpressions;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary>The options of verbs that send <c>features.yaml</c>.</summary>
internal sealed partial class DefinitionFile
{
    private readonly Argument<string> _file = new("file") { Description = "The definitions, YAML; - for standard input", DefaultValueFactory = _ => "features.yaml" };
    private readonly Option<string?> _project = Verb.Text("--project", "The project [default: the one that the file names]", "name");
    private readonly Option<bool> _partial = Verb.Flag("--partial", "Add to the project; without it the file is all of it, and what it leaves out is removed");
    private readonly Option<bool> _repin = Verb.Flag("--repin", "Services take the newest versions of their views");
    private readonly Option<long?> _expected = new("--expected-revision") { Description = "Only if the project is at this revision; 0 for a new one", HelpName = "n" };

    public Command AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_project);
        command.Add(_partial);
        command.Add(_repin);
        command.Add(_expected);
        return command;
    }

    public async Task<(string Project, string Yaml)> ReadAsync(Session session)
    {
        var path = session.Args.GetValue(_file)!;
        var yaml = path == "-" ? await Console.In.ReadToEndAsync(session.Cancel) : await File.ReadAllTextAsync(Verb.Existing(path), session.Cancel);
        var named = ProjectLine().Match(yaml);
        return (session.Args.GetValue(_project) ?? (named.Success ? named.Groups["name"].Value : "default"), yaml);
    }

    public FeatureChangeOptions Options(Session session) => new()
    {
        Partial = session.Args.GetValue(_partial),
        Repin = session.Args.GetValue(_repin),
        ExpectedRevision = session.Args.GetValue(_expected),
    };

    [GeneratedRegex("""^project:[ \t]*(?<quote>["']?)(?<name>[a-z0-9_-]+)\k<quote>[ \t]*(#.*)?\r?$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ProjectLine();
}
