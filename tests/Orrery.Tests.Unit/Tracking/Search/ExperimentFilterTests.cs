using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class ExperimentFilterTests
{
    [Theory]
    [InlineData("name LIKE 'go%'", "attributes.`name` LIKE 'go%'")]
    [InlineData("attribute.name = 'a'", "attributes.`name` = 'a'")]
    [InlineData("name ilike 'a%' AND tag.key != 'value'", "attributes.`name` ILIKE 'a%' AND tags.`key` != 'value'")]
    [InlineData("tags.key ILIKE '%alu%'", "tags.`key` ILIKE '%alu%'")]
    [InlineData("creation_time >= 5 AND last_update_time < 7", "attributes.`creation_time` >= 5 AND attributes.`last_update_time` < 7")]
    public void Accepted(string filter, string canonical) =>
        Assert.Equal(canonical, SearchGrammar.Experiments.ParseFilter(filter).Value.ToString());

    [Theory]
    [InlineData("bogus = 1", "Invalid attribute key 'bogus' specified. Valid keys are '{'name', 'creation_time', 'last_update_time'}'")]
    [InlineData("experiment_id = '1'",
        "Invalid attribute key 'experiment_id' specified. Valid keys are '{'name', 'creation_time', 'last_update_time'}'")]
    [InlineData("metric.a > 1", "Invalid entity type 'metric'. Valid entity types are ('attribute', 'tag', 'tags')")]
    [InlineData("a b c", "Invalid clause(s) in filter string: a b, c")]
    [InlineData("name = 'a' OR name = 'b'", "Invalid clause(s) in filter string: OR")]
    [InlineData("name = 1", "Expected a quoted string value for attributes. Got value 1")]
    [InlineData("name IN ('a')", "Only the 'run_id' attribute supports comparison with a list of quoted string values.")]
    [InlineData("creation_time > 'x'", "Expected numeric value type for numeric attribute: creation_time. Found 'x'")]
    [InlineData("name > 'x'", "Invalid comparator '>' not one of '{'=', '!=', 'LIKE', 'ILIKE'}'")]
    public void Refused(string filter, string message) =>
        Assert.Equal(message, SearchGrammar.Experiments.ParseFilter(filter).Failure?.Message);
}
