using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class RegistryFilterTests
{
    [Theory]
    [InlineData("name='gm'", "attributes.`name` = 'gm'")]
    [InlineData("name lIkE '%blah%'", "attributes.`name` LIKE '%blah%'")]
    [InlineData("name iLike '%%'", "attributes.`name` ILIKE '%%'")]
    [InlineData("name != 'x' and tag.t1 = 'abc'", "attributes.`name` != 'x' AND tags.`t1` = 'abc'")]
    [InlineData("tag.t1 != 'abcd' and tag.t1 LIKE 'ab%'", "tags.`t1` != 'abcd' AND tags.`t1` LIKE 'ab%'")]
    [InlineData("name = 'm' AND tag.`mlflow.prompt.is_prompt` != 'true'",
        "attributes.`name` = 'm' AND tags.`mlflow.prompt.is_prompt` != 'true'")]
    public void Accepted_for_models(string filter, string canonical) =>
        Assert.Equal(canonical, SearchGrammar.RegisteredModels.ParseFilter(filter).Value.ToString());

    [Theory]
    [InlineData("name!=something",
        "Parameter value is either not quoted or unidentified quote types used for string value something. "
        + "Use either single or double quotes.")]
    [InlineData("run_id='somerunID'", "Invalid attribute key 'run_id' specified. Valid keys are '{'name'}'")]
    [InlineData("timestamp > 1", "Invalid attribute key 'timestamp' specified. Valid keys are '{'name'}'")]
    [InlineData("evilhax = true", "Invalid clause(s) in filter string: evilhax, =, true")]
    [InlineData("metrics.a > 1", "Invalid entity type 'metrics'. Valid entity types are ('attribute', 'tag', 'tags')")]
    [InlineData("name = 5", "Expected a quoted string value or a list of quoted string values for attributes. Got value 5")]
    [InlineData("tags.x = 5", "Expected a quoted string value for tag (e.g. 'my-value'). Got value 5")]
    [InlineData("name IN ('a')", "Only the 'run_id' attribute supports comparison with a list of quoted string values.")]
    [InlineData("name > 'a'", "Invalid comparator for attribute: >")]
    [InlineData("tags.x rlike 'a'", "Invalid comparator for tag: RLIKE")]
    public void Refused_for_models(string filter, string message) =>
        Assert.Equal(message, SearchGrammar.RegisteredModels.ParseFilter(filter).Failure?.Message);

    [Theory]
    [InlineData("version_number=2", "attributes.`version_number` = 2")]
    [InlineData("version_number <= '3'", "attributes.`version_number` <= 3")]
    [InlineData("version_number > 1.5", "attributes.`version_number` > 1.5")]
    [InlineData("version_number=2 AND run_id IN ('a', 'B')", "attributes.`version_number` = 2 AND attributes.`run_id` IN ('a', 'B')")]
    [InlineData("run_id ILIKE 'AB%'", "attributes.`run_id` ILIKE 'AB%'")]
    [InlineData("source_path = 'A/D'", "attributes.`source_path` = 'A/D'")]
    [InlineData("tags.t != 'x'", "tags.`t` != 'x'")]
    public void Accepted_for_versions(string filter, string canonical) =>
        Assert.Equal(canonical, SearchGrammar.ModelVersions.ParseFilter(filter).Value.ToString());

    [Theory]
    [InlineData("name LIKE", "Invalid clause(s) in filter string: name, LIKE")]
    [InlineData("name = 5", "Only the '{'version_number'}' attributes support comparison with numeric values.")]
    [InlineData("version_number = 'x'", "Expected numeric value type for numeric attribute: version_number. Found 'x'")]
    [InlineData("version_number LIKE 1", "Invalid comparator for attribute version_number: LIKE")]
    [InlineData("run_id NOT IN ('a')", "Invalid comparator for attribute: NOT IN")]
    [InlineData("run_id IN (1,2,3)",
        "While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list: (1,2,3)")]
    [InlineData("creation_timestamp > 1",
        "Invalid attribute key 'creation_timestamp' specified. "
        + "Valid keys are '{'name', 'version_number', 'run_id', 'source_path'}'")]
    public void Refused_for_versions(string filter, string message) =>
        Assert.Equal(message, SearchGrammar.ModelVersions.ParseFilter(filter).Failure?.Message);
}
