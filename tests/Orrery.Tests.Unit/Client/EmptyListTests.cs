using System.Reflection;
using System.Text.Json;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class EmptyListTests
{
    [Theory]
    [InlineData("""{"reports":[]}""", typeof(QualityReportPage))]
    [InlineData("""{"runs":[]}""", typeof(MaterializationRunPage))]
    [InlineData("""{"receipts":[]}""", typeof(ErasureReceiptPage))]
    [InlineData("""{"rows":[]}""", typeof(QuarantinePage))]
    [InlineData("""{"rows":0,"accepted":0,"older":0,"errors":[],"quarantined":[]}""", typeof(PushAnswer))]
    [InlineData("""{"views":[]}""", typeof(OnlineStatus))]
    // MLflow's answers, and definitions, whose text is compared and hashed, leave them out.
    [InlineData("""{}""", typeof(JobPage))]
    [InlineData("""{"project":"default"}""", typeof(FeatureProjectDocument))]
    public void Answers_of_the_feature_API_have_their_empty_lists(string expected, Type type) =>
        Assert.Equal(expected, JsonSerializer.Serialize(Activator.CreateInstance(type), OrreryJson.Options.GetTypeInfo(type)));

    [Fact]
    public void Every_page_and_report_of_features_is_marked()
    {
        var answers = typeof(FeaturePlan).Assembly.GetTypes().Where(static type => type.IsPublic && type.Name.EndsWith("Page", StringComparison.Ordinal)
            && (type.Name.StartsWith("Feature", StringComparison.Ordinal) || type.Name.StartsWith("Quality", StringComparison.Ordinal) || type.Name.StartsWith("TrainingSet", StringComparison.Ordinal))).ToList();
        Assert.True(answers.Count > 8);
        Assert.All(answers, static type => Assert.Contains(type.GetCustomAttributesData(), static one => one.AttributeType.Name == "WritesEmptyListsAttribute"));
    }
}
