using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops policy dry-run</c>.</summary>
internal static class PolicyDryRunVerb
{
    public static Command Create()
    {
        var file = PolicyCommand.File();
        return new Command("dry-run", "Show whom of what is in production a policy would newly block; nothing is changed.") { file }
            .Example("mlops policy dry-run bank.policy.yaml")
            .Does(async session =>
            {
                var policy = await YamlFile.ReadAsync<PolicyDocument>(session.Args.GetRequiredValue(file), session.Cancel);
                var found = await session.Client.Policies.DryRunAsync(new SetPolicy { Policy = policy }, session.Cancel);
                session.Output.List(
                    found, [.. found.NewlyBlocked.SelectMany(one => one.Blocked.Select(rule => (Verdict: one, Rule: rule)))], null,
                    ("MODEL", static row => row.Verdict.Model),
                    ("VERSION", static row => row.Verdict.Version),
                    ("POLICY", static row => row.Rule.Policy),
                    ("RULE", static row => row.Rule.Rule),
                    ("MESSAGE", static row => row.Rule.Message));
                session.Output.Remark(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{found.Versions} versions in production{(found.IsWhole ? "" : " (the first ones)")}: {found.NewlyBlocked.Count} would be blocked anew, {found.StillBlocked.Count} are blocked already."));
                foreach (var unknown in found.Unknown)
                    session.Output.Remark(unknown);
            });
    }
}
