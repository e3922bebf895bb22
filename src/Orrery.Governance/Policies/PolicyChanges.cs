using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>What differs between two revisions of a policy, rule by rule.</summary>
internal static class PolicyChanges
{
    public static IReadOnlyList<PolicyChange> Between(PolicyInfo older, PolicyInfo newer)
    {
        var (before, after) = (Parts(older), Parts(newer));
        return [.. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal).Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path))
            .Select(path => new PolicyChange { Path = path, Before = before.GetValueOrDefault(path), After = after.GetValueOrDefault(path) })];
    }

    private static Dictionary<string, string?> Parts(PolicyInfo info)
    {
        var policy = info.Policy;
        var parts = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["enabled"] = info.Enabled ? "true" : "false",
            ["version"] = policy.Version,
            ["description"] = policy.Description,
            ["framework"] = policy.Framework,
            ["applies_when"] = policy.AppliesWhen,
            ["data"] = policy.Data is { } data ? data.GetRawText() : null,
        };
        foreach (var rule in policy.Rules)
        {
            parts[$"rules.{rule.Id}.when"] = rule.When;
            parts[$"rules.{rule.Id}.require"] = rule.Require;
            parts[$"rules.{rule.Id}.message"] = rule.Message;
            parts[$"rules.{rule.Id}.severity"] = rule.Severity;
            parts[$"rules.{rule.Id}.control"] = string.Join(", ", rule.Control);
        }

        return parts;
    }
}
