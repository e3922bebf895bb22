using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>What a policy must be, and what it says of facts. Without a server: the same on both sides.</summary>
public static class PolicyRules
{
    /// <summary>The rule holds.</summary>
    public const string Pass = "pass";

    /// <summary>It does not hold, and blocks.</summary>
    public const string Block = "block";

    /// <summary>It does not hold, and warns.</summary>
    public const string Warn = "warn";

    /// <summary>It does not apply.</summary>
    public const string Skip = "skip";

    private const int MostRules = 200;
    private const int LongestText = 2_000;
    private const int MostControls = 50;

    /// <summary>What is wrong with a policy; empty when nothing is.</summary>
    /// <param name="policy">The policy.</param>
    public static IReadOnlyList<string> Problems(PolicyDocument policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var problems = new List<string>();
        if (!IsName(policy.Name, '-'))
            problems.Add($"name: '{Clip(policy.Name)}' must be 1 to 63 lower-case letters, digits and dashes");
        if (policy.Version.Length is 0 or > 63)
            problems.Add($"version: '{Clip(policy.Version)}' must have 1 to 63 characters");
        if (policy.Description?.Length > LongestText || policy.Framework?.Length > LongestText)
            problems.Add($"description and framework may have {LongestText} characters");
        Expression(problems, "applies_when", policy.AppliesWhen);
        if (policy.Rules.Count is 0 or > MostRules)
            problems.Add($"rules: there are {policy.Rules.Count}; there must be 1 to {MostRules}");
        foreach (var rule in policy.Rules.Take(MostRules))
            OfRule(problems, rule);
        foreach (var id in policy.Rules.GroupBy(static rule => rule.Id, StringComparer.Ordinal).Where(static group => group.Count() > 1).Select(static group => group.Key))
            problems.Add($"rules.{Clip(id)}: the id stands more than once");
        return problems;
    }

    /// <summary>What a policy says of facts, rule by rule in its order. A policy with problems blocks wherever it cannot be read.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="facts">The document of facts.</param>
    public static IReadOnlyList<PolicyOutcome> Check(PolicyDocument policy, JsonElement facts)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var applies = policy.AppliesWhen is not { } when || Parsed(when)?.Evaluate(facts, policy.Data) is not PolicyTruth.False;
        return [.. policy.Rules.Select(rule => Check(policy, rule, facts, applies))];
    }

    /// <summary>What a policy makes of a fixture otherwise than it must; empty when it is as it must be.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="fixture">Facts, and what is expected.</param>
    public static IReadOnlyList<string> Differences(PolicyDocument policy, PolicyFixture fixture)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        var found = Check(policy, fixture.Facts).ToDictionary(static one => one.Rule, StringComparer.Ordinal);
        var lines = new List<string>();
        foreach (var (rule, wanted) in fixture.Expect.OrderBy(static one => one.Key, StringComparer.Ordinal))
        {
            if (!found.TryGetValue(rule, out var outcome))
                lines.Add($"{rule}: expected {wanted}, but the policy has no such rule");
            else if (outcome.Outcome != wanted)
                lines.Add($"{rule}: expected {wanted}, got {outcome.Outcome}{(outcome.Missing is { } missing ? $" (missing: {missing})" : "")}");
        }

        return lines;
    }

    private static PolicyOutcome Check(PolicyDocument policy, PolicyRule rule, JsonElement facts, bool applies)
    {
        var outcome = new PolicyOutcome { Policy = policy.Name, Rule = rule.Id, Outcome = Skip, Control = rule.Control };
        if (!applies || (rule.When is { } when && Parsed(when)?.Evaluate(facts, policy.Data) is PolicyTruth.False))
            return outcome;
        var (truth, missing) = Parsed(rule.Require)?.Explain(facts, policy.Data) ?? (PolicyTruth.Unknown, []);
        return truth == PolicyTruth.True
            ? outcome with { Outcome = Pass }
            : outcome with { Outcome = rule.Severity == Warn ? Warn : Block, Message = rule.Message, Missing = missing.Count > 0 ? string.Join(", ", missing) : null };
    }

    private static PolicyExpression? Parsed(string text) => PolicyExpression.Parse(text).Expression;

    private static void OfRule(List<string> problems, PolicyRule rule)
    {
        var place = $"rules.{Clip(rule.Id)}";
        if (!IsName(rule.Id, '-', '_'))
            problems.Add($"{place}: an id must be 1 to 63 lower-case letters, digits, dashes and underscores");
        Expression(problems, place + ".when", rule.When);
        Expression(problems, place + ".require", rule.Require);
        if (rule.Message.Length is 0 or > LongestText)
            problems.Add($"{place}.message: it must have 1 to {LongestText} characters, and say what to do");
        if (rule.Severity is not (Block or Warn))
            problems.Add($"{place}.severity: '{Clip(rule.Severity)}' must be {Block} or {Warn}");
        if (rule.Control.Count > MostControls || rule.Control.Any(static one => one.Length is 0 or > 100))
            problems.Add($"{place}.control: up to {MostControls} references of up to 100 characters");
    }

    private static void Expression(List<string> problems, string place, string? text)
    {
        if (text is not null && PolicyExpression.Parse(text).Error is { } error)
            problems.Add($"{place}: at character {error.Position + 1}: {error.Message}");
    }

    private static bool IsName(string text, params ReadOnlySpan<char> others)
    {
        foreach (var one in text)
        {
            if (!char.IsAsciiLetterLower(one) && !char.IsAsciiDigit(one) && !others.Contains(one))
                return false;
        }

        return text.Length is > 0 and <= 63;
    }

    private static string Clip(string text) => text.Length > 63 ? text[..63] + "..." : text;
}
