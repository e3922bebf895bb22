using System.Text.Json;
using Orrery.Cli;
using Orrery.Contracts;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class DeploymentFileTests
{
    private const string Yaml = """
        # Who answers for churn.
        name: churn
        environment: staging
        variants:
          - { name: stable, model: churn, version: 3, weight: 90, output: probabilities }
          - { name: canary, model: churn, version: "4", weight: 10, min_replicas: 2 }
          - { name: shadow, model: churn, version: 5, shadow: true, shadow_percent: 12.5 }
        sticky: { header: X-User-Id }
        limits: { requests_per_second: 100, timeout_ms: 500 }
        note: 2026
        """;

    [Fact]
    public void Yaml_becomes_the_specification()
    {
        var file = DeploymentFile.Read(Yaml);

        Assert.Equal(("churn", "staging"), (file.Name, file.Environment));
        Assert.Equal([("stable", "3", 90), ("canary", "4", 10), ("shadow", "5", 0)], file.Spec.Variants.Select(static one => (one.Name, one.Version, one.Weight)));
        Assert.Equal((2, 12.5, true), (file.Spec.Variants[1].MinReplicas!.Value, file.Spec.Variants[2].ShadowPercent!.Value, file.Spec.Variants[2].Shadow));
        Assert.Equal(("X-User-Id", 100.0, 500, "2026"), (file.Spec.Sticky!.Header, file.Spec.Limits!.RequestsPerSecond!.Value, file.Spec.Limits.TimeoutMs!.Value, file.Spec.Note));
    }

    [Fact]
    public void What_is_shown_as_a_file_is_read_again_as_the_same()
    {
        var spec = DeploymentFile.Read(Yaml).Spec with { Note = null };

        var again = DeploymentFile.Read(DeploymentFile.Write(new Deployment { Name = "churn", Environment = "staging", Spec = spec, Revision = 7 }));

        Assert.Equal(("churn", "staging"), (again.Name, again.Environment));
        Assert.Equal(Json(spec), Json(again.Spec));
    }

    [Theory]
    [InlineData("variants:\n  - { name: stable, model: m, version: 1, weigth: 5 }", "variants[0].weigth is unknown; there is 'weight' (line 2)")]
    [InlineData("variants:\n  - { name: stable, model: m, version: 1, weight: half }", "variants[0].weight is 'half'; it must be a whole number (line 2)")]
    [InlineData("variants:\n  - { name: stable, model: m, version: 1, shadow: maybe }", "variants[0].shadow is 'maybe'; it must be true or false")]
    [InlineData("variants: stable", "variants must be a list (line 1)")]
    [InlineData("sticky: X-User-Id", "sticky must be a mapping")]
    [InlineData("""{"variants": [{"name": "stable", "weight": "1"}]}""", "variants[0].weight is '1'; it must be a whole number")]
    [InlineData("""{"replicas": 2}""", "replicas is unknown; there are environment, limits, ")]
    [InlineData("""{"variants": [], "variants": []}""", "variants")]
    [InlineData("name: a\nname: b", "the key 'name' stands twice")]
    [InlineData("name: &a b\nnote: *a", "anchors, aliases and tags are not taken")]
    [InlineData("- a", "holds no deployment")]
    [InlineData("", "is empty")]
    [InlineData("a: 1\n---\nb: 2", "several documents")]
    [InlineData("variants:\n\t- x", "is no YAML: line")]
    public void What_is_wrong_is_said_with_its_place(string text, string message) =>
        Assert.Contains(message, Assert.Throws<UsageException>(() => DeploymentFile.Read(text)).Message, StringComparison.Ordinal);

    private static string Json(DeploymentSpec spec) => JsonSerializer.Serialize(spec, OrreryJson.TypeOf<DeploymentSpec>());
}
