using System.Text;
using Orrery.Contracts;
using Orrery.Features;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class DefinitionTextTests
{
    [Fact]
    public void What_is_written_is_read_again_as_it_was()
    {
        var document = DefinitionSamples.Document() with
        {
            Description = "key: 'value' # no comment\n- \"quoted\"\ttab ",
            Entities = [.. DefinitionSamples.Document().Entities, new() { Name = "null", Owner = "1.10", Tags = new Dictionary<string, string> { ["yes"] = "no", ["0x1F"] = "", ["ümlaut"] = "~" } }],
        };

        var read = DefinitionYaml.Read(DefinitionWriter.Yaml(document));

        Assert.True(read.Succeeded, read.Failure?.Message);
        foreach (var kind in DefinitionKinds.All)
        {
            foreach (var (before, after) in DocumentRules.Items(document, kind).Zip(DocumentRules.Items(read.Value.Document, kind)))
                Assert.Empty(DefinitionDiff.Of(before.Document, after.Document));
        }

        Assert.Equal(document.Description, read.Value.Document.Description);
    }

    [Fact]
    public void Json_is_read_as_strictly_as_yaml()
    {
        var failure = DefinitionBody.Json(Encoding.UTF8.GetBytes("""{"feature_views":[{"name":"a","tll":"1d"},null]}""")).Failure!;

        Assert.Equal(["feature_views[0].tll", "feature_views[1]"], failure.Faults.Select(fault => fault.Field));
        Assert.Contains("did you mean 'ttl'", failure.Faults[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"project":1}""")]
    [InlineData("""{"project":"a","project":"b"}""")]
    [InlineData("""{"description":"\ud800"}""")]
    public void What_is_no_document_is_refused(string json) => Assert.Equal("features.json_invalid", DefinitionBody.Json(Encoding.UTF8.GetBytes(json)).Failure?.Code);

    [Fact]
    public void Differences_are_told_by_names_of_items()
    {
        var before = new FeatureViewDocument { Name = "v", Ttl = "1d", Features = [new() { Name = "a", Type = "int64" }, new() { Name = "b", Type = "int64" }, new() { Name = "c", Type = "int64" }] };
        var after = new FeatureViewDocument { Name = "v", Owner = "x", Features = [new() { Name = "d", Type = "int64" }, new() { Name = "b", Type = "string" }, new() { Name = "a", Type = "int64" }] };

        var paths = DefinitionDiff.Of(before, after).Select(change => (change.Path, change.Before is not null, change.After is not null)).Order();

        Assert.Equal(
            [
                ("features (order)", true, true), ("features.b.type", true, true), ("features.c", true, false), ("features.d", false, true), ("owner", false, true), ("ttl", true, false),
            ],
            paths);
    }
}
