using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Xunit;

namespace Orrery.Tests.Unit.Features.Definitions;

/// <summary>What a change of definitions would show of what is marked.</summary>
public sealed class MarkRuleTests
{
    private const string People = """
        entities: [{ name: person, join_keys: [{ name: id, type: int64 }] }]
        sources:
          - { name: people, type: file, path: "people/*.parquet" }
          - { name: table, type: table, warehouse: main, table: crm.people }
          - { name: pushed, type: push }
        feature_views:
          - { name: secret, entities: [person], source: people, features: [{ name: salary, type: int64, restricted: true }, { name: age, type: int64 }] }
          - { name: stored, entities: [person], source: table, features: [{ name: salary, type: int64, pii: true }] }
          - { name: live, entities: [person], source: pushed, features: [{ name: salary, type: int64, pii: true }] }
        on_demand_views:
          - { name: derived, inputs: ["secret:age"], features: [{ name: twice, type: int64, expression: "age * 2", restricted: true }] }
        """;

    private const string Other = """
        entities: [{ name: person, join_keys: [{ name: id, type: int64 }] }]
        sources: [{0}]
        feature_views: [{ name: copy, entities: [person], source: s, features: [{ name: {1}, type: int64 }] }]
        """;

    [Theory]
    [InlineData("restricted: true }, { name: age", "restricted: false }, { name: age", "secret:salary")]
    [InlineData("source: table, features: [{ name: salary, type: int64, pii: true }]", "source: table, features: [{ name: salary, type: int64 }]", "stored:salary")]
    [InlineData("source: pushed, features: [{ name: salary, type: int64, pii: true }]", "source: pushed, features: [{ name: salary, type: int64 }]", "live:salary")]
    [InlineData("expression: \"age * 2\", restricted: true", "expression: \"age * 2\"", "derived:twice")]
    [InlineData("name: secret, entities: [person], source: people, features: [{ name: salary, type: int64, restricted: true }", "name: public, entities: [person], source: people, features: [{ name: salary, type: int64 }", "public:salary")]
    [InlineData("path: \"people/*.parquet\" }", "path: \"people/*.parquet\" }\n  - { name: again, type: file, path: \"people/**\", format: parquet, field_mapping: { salary: pay } }", null)]
    [InlineData("name: age, type: int64 }] }", "name: age, type: int64 }, { name: height, type: int64 }] }", null)]
    public void Marks_are_not_dropped(string old, string replaced, string? expected)
    {
        var before = State(People);
        var yaml = People.Replace(old, replaced, StringComparison.Ordinal).Replace("secret:age", replaced.Contains("public", StringComparison.Ordinal) ? "public:age" : "secret:age", StringComparison.Ordinal);
        var after = Planned(before, yaml);

        var taken = MarkRules.Dropped(before.Compiled, after).Concat(MarkRules.Shown(MarkRules.NewReadings(before.Compiled, after), before.Compiled));

        Assert.Equal(expected is null ? [] : [expected], taken.Select(static one => $"{one.View}:{one.Column}").Distinct());
    }

    [Theory]
    [InlineData("{ name: s, type: file, path: \"people/a.parquet\" }", "salary", true)]
    [InlineData("{ name: s, type: file, path: \"peop*/*.parquet\" }", "SALARY", true)]
    [InlineData("{ name: s, type: file, path: \"people/*.parquet\", field_mapping: { salary: pay } }", "pay", true)]
    [InlineData("{ name: s, type: file, path: \"people/*.parquet\", timestamp_column: salary }", "age", true)]
    [InlineData("{ name: s, type: file, path: \"people/*.parquet\" }", "age", false)]
    [InlineData("{ name: s, type: file, path: \"others/*.parquet\" }", "salary", false)]
    [InlineData("{ name: s, type: table, warehouse: main, table: people }", "salary", true)]
    [InlineData("{ name: s, type: table, warehouse: main, table: hr.people }", "salary", false)]
    [InlineData("{ name: s, type: table, warehouse: other, table: crm.people }", "salary", false)]
    [InlineData("{ name: s, type: query, warehouse: main, query: \"select 1\" }", "x", true)]
    [InlineData("{ name: s, type: query, warehouse: other, query: \"select 1\" }", "x", false)]
    [InlineData("{ name: f, type: file, path: \"people/a.parquet\" }, { name: s, type: query, query: \"select age as x from f\" }", "x", true)]
    [InlineData("{ name: far, type: file, path: \"people/a.parquet\" }, { name: s, type: query, query: \"select 1 as x\" }", "x", false)]
    [InlineData("{ name: far, type: file, path: \"people/a.parquet\" }, { name: s, type: query, query: \"select * from query_table('f' || 'ar')\" }", "x", true)]
    [InlineData("{ name: s, type: push, batch: b }, { name: b, type: file, path: \"people/a.parquet\" }", "salary", true)]
    [InlineData("{ name: s, type: push }", "salary", false)]
    public void Another_project_does_not_read_what_is_marked(string source, string feature, bool expected)
    {
        var project = State(Other.Replace("{0}", source, StringComparison.Ordinal).Replace("{1}", feature, StringComparison.Ordinal)).Compiled;
        var nothing = Planned(State("entities: []"), "entities: []");

        var taken = MarkRules.Shown(MarkRules.NewReadings(nothing, project), State(People).Compiled);

        Assert.Equal(expected, taken.Any());
    }

    [Fact]
    public void What_was_removed_or_moved_elsewhere_stays_protected_and_what_was_read_before_may_go_on()
    {
        var first = State(People);
        var moved = Next(first, People.Replace("people/*.parquet", "elsewhere/*.parquet", StringComparison.Ordinal));
        var open = State(Other.Replace("{0}", "{ name: s, type: file, path: \"people/a.parquet\" }", StringComparison.Ordinal).Replace("{1}", "salary", StringComparison.Ordinal));
        var readings = MarkRules.NewReadings(Planned(State("entities: []"), "entities: []"), open.Compiled);

        Assert.Equal("copy", Assert.Single(MarkRules.Shown(readings, moved.Compiled)).View);
        Assert.Equal("copy", Assert.Single(MarkRules.Shown(readings, Next(first, "entities: []").Compiled)).View);
        Assert.Empty(MarkRules.NewReadings(open.Compiled, open.Compiled));
    }

    [Fact]
    public void A_mark_holds_for_earlier_versions_too()
    {
        var open = State(People.Replace(", restricted: true }, { name: age", " }, { name: age", StringComparison.Ordinal));
        Assert.False(open.Compiled.ViewVersions[("secret", 1)].Fields[0].IsRestricted);

        var marked = Next(open, People);

        Assert.True(marked.Compiled.ViewVersions[("secret", 1)].Fields[0].IsRestricted);
        Assert.True(marked.Compiled.ViewVersions[("secret", 2)].Fields[0].IsRestricted);
    }

    [Fact]
    public void Patterns_overlap_when_a_path_matches_both()
    {
        var random = new Random(11);
        string Some(string alphabet, int most) => string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => alphabet[random.Next(alphabet.Length)]));
        var paths = Enumerable.Range(0, 400).Select(_ => Some("ab/", 6)).ToList();
        var overlaps = 0;
        for (var round = 0; round < 2_000; round++)
        {
            var (one, other) = (Some("ab/*?", 6), Some("ab/*?", 6));
            var (first, second) = (new Glob(one), new Glob(other));
            var found = GlobOverlap.Of(one, other);
            Assert.Equal(found, GlobOverlap.Of(other, one));
            if (paths.Exists(path => first.Matches(path) && second.Matches(path)))
            {
                Assert.True(found, $"{one} and {other}");
                overlaps++;
            }
        }

        Assert.InRange(overlaps, 100, 1_900);
        Assert.False(GlobOverlap.Of("a/*.parquet", "a/b/c.parquet"));
        Assert.False(GlobOverlap.Of("a/?", "a/"));
        Assert.False(GlobOverlap.Of("a*b", "a*c"));
    }

    private static ProjectState State(string yaml) => Next(new(0, null, new([]), ProjectCompiler.Compile(WorkspaceId.Default, "w", Empty).Value), yaml);

    private static FeatureProject Planned(ProjectState before, string yaml) => Next(before, yaml).Compiled;

    private static ProjectState Next(ProjectState before, string yaml)
    {
        var document = DefinitionYaml.Read(yaml).Value.Document;
        var planned = ProjectPlanner.Plan(new(WorkspaceId.Default, "w", "alice"), "p", before, document, new(), [], DateTimeOffset.UnixEpoch);
        Assert.True(planned.Succeeded, planned.Failure?.Message + string.Join("; ", planned.Failure?.Faults.Select(static fault => $"{fault.Field} {fault.Message}") ?? []));
        var versions = before.Definitions.All.Values.SelectMany(static all => all).Concat(planned.Value.Versions);
        return new(before.Revision + 1, null, new(versions), planned.Value.After);
    }

    private static FeatureProjectDocument Empty => new() { Project = "p" };
}
