using Orrery.Registry;
using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class RegistryNameTests
{
    [Theory]
    [InlineData("champion")]
    [InlineData("Prod_EU-1")]
    [InlineData("v1a")]
    [InlineData("v")]
    [InlineData("模型")]
    public void Aliases_of_word_characters_and_dashes_are_taken(string alias) => Assert.Null(AliasNames.CheckNew(alias));

    [Theory]
    [InlineData("", "Registered model alias name cannot be empty.")]
    [InlineData("a b", "Invalid alias name: 'a b'. Names may only contain alphanumerics, underscores (_), and dashes (-).")]
    [InlineData("a\n", "Invalid alias name")]
    [InlineData("a/b", "Invalid alias name")]
    [InlineData("latest", "'latest' alias name (case insensitive) is reserved.")]
    [InlineData("LATEST", "'latest' alias name (case insensitive) is reserved.")]
    [InlineData("v1", "Version alias name 'v1' is reserved.")]
    [InlineData("V12", "Version alias name 'V12' is reserved.")]
    public void Other_aliases_are_refused_in_mlflows_words(string alias, string message) =>
        Assert.StartsWith(message, AliasNames.CheckNew(alias)!.Message, StringComparison.Ordinal);

    [Fact]
    public void An_alias_has_at_most_255_characters()
    {
        Assert.Null(AliasNames.CheckNew(new('a', 255)));
        Assert.StartsWith("'Registered model alias name' exceeds the maximum length of 255 characters", AliasNames.CheckNew(new('a', 256))!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("production", "Production")]
    [InlineData("STAGING", "Staging")]
    [InlineData("none", "None")]
    [InlineData("Archived", "Archived")]
    public void Stages_are_known_in_any_case(string text, string stage) => Assert.Equal(stage, Stages.Parse(text).Value);

    [Fact]
    public void An_unknown_stage_is_refused_with_those_there_are() => Assert.Equal(
        "Invalid Model Version stage: Foo. Value must be one of None, Staging, Production, Archived.", Stages.Parse("Foo").Failure!.Message);

    [Theory]
    [InlineData("7", 7)]
    [InlineData("-1", -1)]
    [InlineData(" 3 ", 3)]
    public void A_version_is_an_integer(string text, long version) => Assert.Equal(version, RegistryText.ParseVersion(text).Value);

    [Theory]
    [InlineData("abc")]
    [InlineData("1.0")]
    [InlineData("99999999999999999999")]
    public void Another_text_is_no_version(string text) =>
        Assert.Equal($"Parameter 'version' must be an integer, got '{text}'.", RegistryText.ParseVersion(text).Failure!.Message);

    [Fact]
    public void A_nul_character_is_refused_because_not_every_database_holds_it()
    {
        Assert.Equal("registry.invalid_text", RegistryText.CheckName("a\0b")!.Code);
        Assert.Equal("registry.invalid_text", RegistryText.CheckTag(new Pair("k", "a\0b"))!.Code);
    }

    [Theory]
    [InlineData("name = 'a'", "tags.`mlflow.prompt.is_prompt` != 'true'")]
    [InlineData("tags.`mlflow.prompt.is_prompt` != 'true'", "tags.`mlflow.prompt.is_prompt` != 'true'")]
    [InlineData("tags.`mlflow.prompt.is_prompt` = 'false'", "tags.`mlflow.prompt.is_prompt` != 'true'")]
    [InlineData("tags.`mlflow.prompt.is_prompt` = 'true'", "tags.`mlflow.prompt.is_prompt` = 'true'")]
    [InlineData("tags.`mlflow.prompt.is_prompt` != 'false'", "tags.`mlflow.prompt.is_prompt` = 'true'")]
    public void A_search_leaves_prompts_out_unless_it_asks_for_them(string filter, string last)
    {
        var wanted = SearchGrammar.RegisteredModels.ParseFilter(last).Value.All[^1];

        var all = RegistrySearch.WithoutPrompts(SearchGrammar.RegisteredModels.ParseFilter(filter).Value).All;

        Assert.Equal(wanted, all[^1]);
        Assert.Single(all, static c => c.Key == RegisteredModel.PromptTag);
    }
}
