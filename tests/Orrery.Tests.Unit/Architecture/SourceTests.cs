using System.Text.RegularExpressions;
using System.Xml.Linq;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What each file must be like, whatever is in it.</summary>
public sealed partial class SourceTests
{
    // Above the modules, so that what they map is found there first (ADR 0033).
    private const string RoutesOfAll = "src/Orrery.Tenancy/Http/LazyRoutes.cs";

    private const int LongestFile = 500;

    // Files that may be longer, each with its reason. Empty, and meant to stay so.
    private static readonly Dictionary<string, string> Longer = [];

    [Fact]
    public void Files_are_short_enough_to_read() => Rule.Holds(
        from file in SourceFile.All(".cs", ".razor", ".sql", ".py", ".sh", ".js")
        let lines = file.Text.AsSpan().Count('\n')
        where lines > LongestFile && !Longer.ContainsKey(file.Path)
        select $"{file.Path} has {lines} lines.",
        $"Split it by what it does: {LongestFile} lines is the wall, 200 the aim.");

    [Fact]
    public void Nothing_is_left_for_later() => Rule.Holds(
        from file in SourceFile.All(".cs", ".razor", ".sql", ".py", ".sh", ".js")
        where file.Name != $"{nameof(SourceTests)}.cs"
        from line in file.Text.Split('\n').Index()
        where Unfinished.IsMatch(line.Item)
        select $"{file.Path}:{line.Index + 1}: {line.Item.Trim()}",
        "Do it, or write an issue and leave the code whole.");

    // The field's own term: what a model asks of a feature store.
    private const string OwnTerm = "FeatureService";

    [Fact]
    public void Types_are_named_for_what_they_do() => Rule.Holds(
        from file in SourceFile.All(".cs")
        from Match match in VagueType.Matches(file.Text)
        where match.Groups["name"].Value is not OwnTerm
        select $"{file.Path}: {match.Groups["name"].Value}",
        "Say what it does: a plural noun for a doer (Runs), the deed for a worker (MetricFlusher).");

    [Fact]
    public void The_namespace_is_the_project() => Rule.Holds(
        from file in SourceFile.Product()
        let match = Namespace.Match(file.Text)
        where match.Success && file.Path != RoutesOfAll && match.Groups["name"].Value != $"Orrery.{file.Module}"
        select $"{file.Path}: {match.Groups["name"].Value}",
        "Folders are for people; the namespace is the project's name.");

    [Fact]
    public void Every_module_tells_what_it_owns() => Rule.Holds(
        SourceFile.All(".csproj")
            .Where(project => project.Module is not (null or "Kernel" or "Contracts" or "Client" or "Cli" or "Server"))
            .Select(project => $"{Path.GetDirectoryName(project.Path)}/README.md")
            .Where(path => !File.Exists(Repository.PathOf(path))),
        "Write one page: what it owns, what it promises, its tables and its events.");

    [Fact]
    public void An_interface_has_its_answer_elsewhere_or_several() => Rule.Holds(
        from file in SourceFile.Product()
        from Match match in Interface.Matches(file.Text)
        let name = match.Groups["name"].Value
        let answers = SourceFile.Product().Where(other => Answers(other.Text, name)).ToList()
        where answers.Count == 1 && answers[0].Module == file.Module
        select $"{file.Path}: {name} is answered by {answers[0].Path} alone.",
        "Use the class. An interface says that a module above answers, or that there are several answers.");

    [Fact]
    public void Public_members_of_the_product_must_be_documented()
    {
        var properties = XDocument.Load(Repository.PathOf("src", "Directory.Build.props"));

        Assert.Equal("true", properties.Descendants("GenerateDocumentationFile").Single().Value);
        Rule.Holds(
            from project in SourceFile.All(".csproj")
            where project.Module is not null
            from setting in XDocument.Parse(project.Text).Descendants()
            where setting.Name.LocalName is "GenerateDocumentationFile" || setting.Value.Contains("CS1591", StringComparison.Ordinal)
            select $"{project.Path}: {setting}",
            "Document the member, or make it internal.");
    }

    [Fact]
    public void Warnings_are_errors_everywhere() => Rule.Holds(
        from project in SourceFile.All(".csproj")
        from setting in XDocument.Parse(project.Text).Descendants()
        where setting.Name.LocalName is "TreatWarningsAsErrors" or "Nullable" or "RunAnalyzers"
        select $"{project.Path}: {setting}",
        "Directory.Build.props decides for all.");

    private static bool Answers(string text, string name) =>
        Regex.IsMatch(text, $@"\b(class|struct|record)\s+\w[^{{;]*:[^{{;]*\b{name}\b");

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex Unfinished { get; }

    [GeneratedRegex(@"\b(class|struct|record|interface|enum)\s+(?<name>\w+(Service|Manager|Helper|Helpers|Util|Utils|Impl|Base|Processor))\b(?=\s*[(<:{;\r\n])")]
    private static partial Regex VagueType { get; }

    [GeneratedRegex(@"\binterface\s+(?<name>I[A-Z]\w*)")]
    private static partial Regex Interface { get; }

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex Namespace { get; }
}
