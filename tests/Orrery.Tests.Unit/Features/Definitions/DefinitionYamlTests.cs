using System.Text;
using Orrery.Features;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class DefinitionYamlTests
{
    [Theory]
    [InlineData("a: &a [x]\nb: *a", "anchors")]
    [InlineData("project: !!python/object/apply:os.system ['x']", "tags")]
    [InlineData("project: a\nproject: b", "twice")]
    [InlineData("project: a\n---\nproject: b", "several documents")]
    [InlineData("", "empty")]
    [InlineData("- a", "mapping")]
    [InlineData("project: [", "line 2")]
    [InlineData("entities: {name: x}", "a list")]
    [InlineData("entities: [x]", "a mapping")]
    [InlineData("feature_views: [{online: maybe}]", "true or false")]
    public void Hostile_or_broken_yaml_is_refused(string yaml, string word) =>
        Assert.Contains(word, DefinitionSamples.Tell(DefinitionYaml.Read(yaml).Failure!), StringComparison.Ordinal);

    [Fact]
    public void A_billion_laughs_are_refused_at_the_first()
    {
        var bomb = new StringBuilder("a: &a [lol]\n");
        for (var letter = 'b'; letter < 'k'; letter++)
            bomb.Append(letter).Append(": &").Append(letter).Append(" [").AppendJoin(',', Enumerable.Repeat($"*{(char)(letter - 1)}", 10)).Append("]\n");

        var failure = DefinitionYaml.Read(bomb.ToString()).Failure!;

        Assert.Equal("features.yaml_invalid", failure.Code);
        Assert.Contains("line 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_is_bounded() =>
        Assert.Contains("nested deeper", DefinitionYaml.Read("sources: [{rules: [{min: " + new string('[', 5_000) + new string(']', 5_000) + "}]}]").Failure!.Message, StringComparison.Ordinal);

    [Fact]
    public void Size_is_bounded() =>
        Assert.Contains("more than", DefinitionYaml.Read(new string(' ', DefinitionYaml.MaxLength + 1)).Failure!.Message, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_key_is_refused_with_its_line_and_the_nearest_known()
    {
        var failure = DefinitionYaml.Read("project: a\nfeature_views:\n  - name: v\n    entitys: [x]\n    tll: 1d\n").Failure!;

        Assert.Equal(
            [("feature_views[0].entitys", "is not known; did you mean 'entities'? (line 4)"), ("feature_views[0].tll", "is not known; did you mean 'ttl'? (line 5)")],
            failure.Faults.Select(fault => (fault.Field, fault.Message)));
    }

    [Fact]
    public void Faults_of_the_compiler_are_told_with_their_lines()
    {
        var read = DefinitionYaml.Read("project: a\nfeature_views:\n  - name: v\n    source: s\n    features:\n      - name: x\n        type: floot\n").Value;

        var failure = read.Place(ProjectCompiler.Compile(DefinitionSamples.Workspace, "team", read.Document).Failure!);

        Assert.Contains(failure.Faults, fault => fault.Field == "feature_views[0].source" && fault.Message.EndsWith("(line 4)", StringComparison.Ordinal));
        Assert.Contains(failure.Faults, fault => fault.Field == "feature_views[0].features[0].type" && fault.Message.EndsWith("(line 7)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("30d", 30 * 24 * 60)]
    [InlineData("1d 6h", 30 * 60)]
    [InlineData("1d6h", 30 * 60)]
    [InlineData("90m", 90)]
    [InlineData("2w", 14 * 24 * 60)]
    [InlineData("120s", 2)]
    public void Lengths_of_time_are_read(string text, int minutes)
    {
        Assert.Null(FeatureDuration.Read(text, out var duration));
        Assert.Equal(TimeSpan.FromMinutes(minutes), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0s")]
    [InlineData("5")]
    [InlineData("6h 1d")]
    [InlineData("1.5h")]
    [InlineData("-1d")]
    [InlineData("1d 1d")]
    [InlineData("99999999999d")]
    [InlineData("9999999999w")]
    public void What_is_no_length_of_time_is_refused(string text) => Assert.NotNull(FeatureDuration.Read(text, out _));

    [Theory]
    [InlineData("0 * * * *", "2026-01-01T10:30:00Z", "2026-01-01T11:00:00Z")]
    [InlineData("30 4 * * 0", "2026-01-01T10:30:00Z", "2026-01-04T04:30:00Z")]
    [InlineData("30 4 * * 7", "2026-01-01T10:30:00Z", "2026-01-04T04:30:00Z")]
    public void Cron_is_read_as_unix_writes_it(string text, string after, string next)
    {
        Assert.Null(CronSchedule.Read(text, out var cron));
        Assert.Equal(DateTimeOffset.Parse(next, null), cron!.GetNextValidTimeAfter(DateTimeOffset.Parse(after, null)));
    }
}
