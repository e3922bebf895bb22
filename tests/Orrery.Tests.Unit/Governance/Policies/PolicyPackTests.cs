using System.Text.Json;
using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Registry;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>The packs hold what their fixtures say, and each rule is seen to hold and not to hold.</summary>
public sealed class PolicyPackTests
{
    public static TheoryData<string> Names => [.. PolicyPacks.All.Keys];

    [Fact]
    public void There_are_four() => Assert.Equal(["eu-ai-act", "gdpr", "hipaa", "soc2"], PolicyPacks.All.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_pack_is_a_policy_and_its_fixtures_pass(string name)
    {
        var pack = PolicyPacks.All[name];
        Assert.Empty(PolicyRules.Problems(pack));
        Assert.All(pack.Rules, static rule => Assert.NotEmpty(rule.Control));
        Assert.NotNull(pack.Framework);

        foreach (var fixture in Fixtures(name))
            Assert.Equal([], PolicyRules.Differences(pack, fixture).Select(line => $"{fixture.Name}: {line}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_rule_is_seen_to_hold_and_not_to_hold(string name)
    {
        var expected = Fixtures(name).SelectMany(static fixture => fixture.Expect).ToLookup(static one => one.Key, static one => one.Value);
        foreach (var rule in PolicyPacks.All[name].Rules)
        {
            Assert.Contains(rule.Severity, expected[rule.Id]);
            Assert.True(expected[rule.Id].Contains("pass") || (expected[rule.Id].Contains("skip") && rule.When is not null), $"{name}: {rule.Id} is never seen to hold.");
        }
    }

    [Fact]
    public void A_fixture_that_expects_otherwise_is_told()
    {
        var policy = new PolicyDocument { Name = "p", Version = "1", Rules = [new() { Id = "owner", Require = "exists(model.owner)", Message = "Say who owns it." }] };
        var fixture = new PolicyFixture { Name = "none", Facts = JsonElement.Parse("{}"), Expect = new Dictionary<string, string> { ["owner"] = "pass", ["gone"] = "block" } };
        Assert.Equal(["gone: expected block, but the policy has no such rule", "owner: expected pass, got block"], PolicyRules.Differences(policy, fixture));
    }

    [Theory]
    [InlineData("{name: P, version: '1', rules: [{id: a, require: x, message: m}]}", "name: 'P'")]
    [InlineData("{name: p, version: '1'}", "there must be 1 to 200")]
    [InlineData("{name: p, version: '1', rules: [{id: a, require: 'x =', message: m}]}", "rules.a.require: at character 3")]
    [InlineData("{name: p, version: '1', rules: [{id: a, require: x, message: ''}]}", "say what to do")]
    [InlineData("{name: p, version: '1', rules: [{id: a, require: x, message: m, severity: shout}]}", "must be block or warn")]
    [InlineData("{name: p, version: '1', rules: [{id: a, require: x, message: m}, {id: a, require: x, message: m}]}", "more than once")]
    [InlineData("{name: p, version: '1', applies_when: '(', rules: [{id: a, require: x, message: m}]}", "applies_when: at character 2")]
    public void A_policy_that_is_none_is_told(string yaml, string told) => Assert.Contains(PolicyRules.Problems(PolicyPacks.Parse(yaml).Value), one => one.Contains(told, StringComparison.Ordinal));

    [Fact]
    public void What_cannot_be_told_blocks_and_is_looked_at()
    {
        var policy = new PolicyDocument
        {
            Name = "p",
            Version = "1",
            AppliesWhen = "nowhere == 1",
            Rules = [new() { Id = "a", When = "nowhere == 1", Require = "nowhere == 1", Message = "m" }, new() { Id = "b", Require = "nowhere == 1", Message = "m", Severity = "warn" }],
        };
        var outcomes = PolicyRules.Check(policy, JsonElement.Parse("{}"));
        Assert.Equal(["block", "warn"], outcomes.Select(static one => one.Outcome));
        Assert.Equal("nowhere", outcomes[0].Missing);
    }

    private static IReadOnlyList<PolicyFixture> Fixtures(string name) => JsonSerializer.Deserialize(
        UntrustedYaml.Read(File.ReadAllText(Repository.PathOf("src", "Orrery.Governance", "Policies", "Packs", name + ".tests.yaml"))).Value, OrreryJson.TypeOf<PolicyFixtures>())!.Fixtures;
}
