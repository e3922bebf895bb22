using Orrery.Features;
using Orrery.Kernel;
using Xunit;

namespace Orrery.Tests.Unit.Features.Online;

/// <summary>Rows of one storage version as rows of the next.</summary>
public sealed class CarriedFieldsTests
{
    private const string Definitions = """
        project: p
        entities: [{ name: user, join_keys: [{ name: id, type: int64 }] }]
        sources: [{ name: clicks, type: push }, { name: others, type: push }]
        feature_views:
          - { name: v, entities: [user], source: clicks, features: [{ name: a, type: int64 }, { name: b, type: string }, { name: c, type: float64 }] }
        """;

    [Fact]
    public void Values_whose_name_and_type_stay_are_carried_and_the_rest_is_null()
    {
        var (old, next) = (View(Definitions), View(Definitions.Replace("{ name: a, type: int64 }, { name: b, type: string }, { name: c, type: float64 }", "{ name: d, type: int64 }, { name: b, type: string }, { name: c, type: int64 }, { name: a, type: int64 }", StringComparison.Ordinal)));
        var row = new OnlineRow(5, 6, RowCodec.Encode(RowLayout.Of(old), [FeatureValue.Int64(1), FeatureValue.String("x"), FeatureValue.Float64(2)]));

        var carried = CarriedFields.Of(old, next)!.Carry(row)!.Value;

        Assert.Equal((5L, 6L), (carried.EventTime, carried.CreatedTime));
        Assert.True(RowReader.TryOpen(RowLayout.Of(next), carried.Blob, out var reader));
        Assert.True(reader.IsNull(0) && reader.IsNull(2));
        Assert.True(reader.TryGet(1, out var text) && reader.TryGet(3, out _));
        Assert.Equal("x", text.AsString);
        Assert.Null(CarriedFields.Of(old, next)!.Carry(row with { Blob = [1, 2, 3] }));
    }

    [Theory]
    [InlineData("source: clicks", "source: others")]
    [InlineData("name: id, type: int64", "name: id, type: string")]
    [InlineData("{ name: a, type: int64 }, { name: b, type: string }, { name: c, type: float64 }", "{ name: a, type: string }")]
    public void What_is_about_something_else_is_not_carried(string old, string replaced) =>
        Assert.Null(CarriedFields.Of(View(Definitions), View(Definitions.Replace(old, replaced, StringComparison.Ordinal))));

    private static FeatureView View(string yaml) => ProjectCompiler.Compile(WorkspaceId.Default, "w", DefinitionYaml.Read(yaml).Value.Document).Value.Views["v"];
}
