using Orrery.Kernel;
using Orrery.Registry;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class SourceRuleTests
{
    [Theory]
    [InlineData("s3://bucket/path")]
    [InlineData("S3://bucket/path/with%20space")]
    [InlineData("mlflow-artifacts:/1/run/artifacts/model")]
    [InlineData("mlflow-artifacts://host:5000/1/run/artifacts/model")]
    [InlineData("https://host/a/b?x=y")]
    [InlineData("abfss://container@account.dfs.core.windows.net/a")]
    [InlineData("dbfs:/a/b")]
    [InlineData("models:/m-0123456789abcdef0123456789abcdef")]
    [InlineData("models:/name/3")]
    [InlineData("models:/name@champion")]
    [InlineData("s3://bucket//double/slash/")]
    public void Absolute_uris_are_taken(string source) => Assert.Null(SourceRules.Check(source, ofLoggedModel: false));

    [Theory]
    [InlineData("/etc")]
    [InlineData("relative/path")]
    [InlineData("file:///etc/passwd")]
    [InlineData("FILE:/etc/passwd")]
    [InlineData("file://localhost/etc")]
    [InlineData("")]
    [InlineData("1s3://bucket/a")]
    public void Paths_of_the_servers_machine_are_refused(string source) =>
        Assert.Contains("To use a local path as a model version source, the run_id request parameter has to be specified", Refusal(source), StringComparison.Ordinal);

    [Theory]
    [InlineData("mlflow-artifacts:/a/../b")]
    [InlineData("mlflow-artifacts://host:9000/../../../")]
    [InlineData("mlflow-artifacts://host:9000/models/..%2f..%2fartifacts")]
    [InlineData("mlflow-artifacts://host:9000/models/%252e%252e/artifacts")]
    [InlineData("mlflow-artifacts://host:9000/models/artifacts%00")]
    [InlineData("https://host/api?path=/../../")]
    [InlineData("s3:a/b")]
    [InlineData("s3://bucket")]
    [InlineData("s3://bucket/")]
    [InlineData("s3://bucket/a/./b")]
    [InlineData("s3://bucket/a\\..\\b")]
    [InlineData("models:name")]
    public void Sources_that_lead_elsewhere_are_refused(string source) =>
        Assert.Contains("an absolute path must be provided without relative path references present", Refusal(source), StringComparison.Ordinal);

    [Fact]
    public void The_refusal_names_the_logged_model_when_there_is_one() =>
        Assert.Contains("the model_id request parameter", SourceRules.Check("/etc", ofLoggedModel: true)!.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("models:/m-1", "m-1", null, null, null)]
    [InlineData("models:/name/3", null, "name", "3", null)]
    [InlineData("models:/name/Production", null, "name", "Production", null)]
    [InlineData("models:/a@b@champion", null, "a@b", null, "champion")]
    public void Model_uris_are_understood(string text, string? id, string? name, string? suffix, string? alias) =>
        Assert.Equal(new ModelUri(id, name, suffix, alias), ModelUri.Parse(text));

    [Theory]
    [InlineData("models:/")]
    [InlineData("models:name")]
    [InlineData("models:/a/b/c")]
    [InlineData("models:/a/ ")]
    [InlineData("models:/name@")]
    [InlineData("s3://bucket/a")]
    public void Other_texts_are_no_model_uris(string text) => Assert.Null(ModelUri.Parse(text));

    private static string Refusal(string source)
    {
        var refused = SourceRules.Check(source, ofLoggedModel: false);
        Assert.NotNull(refused);
        Assert.Equal((FailureKind.Invalid, "registry.invalid_source"), (refused.Kind, refused.Code));
        return refused.Message;
    }
}
