using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>The documents of <c>docs/governance</c> say what the code does: written from it, or held against it.</summary>
public sealed class GovernanceDocumentTests
{
    private const string Switch = "ORRERY_WRITE_GOLDEN";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_control_map_is_the_one_of_the_collectors() => await AssertAsync("control-map.md", ControlMapText());

    [Fact]
    public async Task The_roles_are_those_of_the_server() => await AssertAsync("roles.md", RolesText());

    [Fact]
    public async Task The_procedures_name_what_the_settings_are_and_commands_that_there_are()
    {
        var procedures = await File.ReadAllTextAsync(Repository.PathOf("docs", "governance", "audit-procedures.md"), Cancel);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{new AuditOptions().Retention.TotalDays:0} days"), procedures, StringComparison.Ordinal);
        var identity = new IdentityOptions();
        var policy = await File.ReadAllTextAsync(Repository.PathOf("docs", "governance", "data-governance-policy.md"), Cancel);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{identity.SessionIdle.TotalMinutes:0} minutes"), policy, StringComparison.Ordinal);
        foreach (var clock in Regulations.Known.Clocks)
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| `{clock.Id}` | {clock.Hours:0} |"), procedures, StringComparison.Ordinal);
        foreach (var law in Regulations.Known.Laws)
            Assert.Contains(law.Reference, await File.ReadAllTextAsync(Repository.PathOf("docs", "governance", "control-map.md"), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_between_the_documents_lead_somewhere()
    {
        var folder = Repository.PathOf("docs", "governance");
        foreach (var file in Directory.EnumerateFiles(folder, "*.md"))
        {
            foreach (Match link in Regex.Matches(await File.ReadAllTextAsync(file, Cancel), @"\]\(([^)#:]+)(#[^)]*)?\)"))
                Assert.True(File.Exists(Path.Combine(folder, link.Groups[1].Value)), $"{Path.GetFileName(file)} links to {link.Groups[1].Value}");
        }
    }

    private static async Task AssertAsync(string name, string text)
    {
        var path = Repository.PathOf("docs", "governance", name);
        if (Environment.GetEnvironmentVariable(Switch) == "1")
            await File.WriteAllTextAsync(path, text, Cancel);
        Assert.True(text == await File.ReadAllTextAsync(path, Cancel), $"docs/governance/{name} is not what the code says any more: run this test once with {Switch}=1 and commit it.");
    }

    private static string ControlMapText()
    {
        var map = ControlMaps.Known;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Control map

            Written from `src/Orrery.Governance/Compliance/Data` by a test; do not edit. Version {map.Version} of the map, {Regulations.Known.Version} of the laws.
            A report says for each row `evidence present`, `partial`, `missing` or `not automatable`. It never says that a law is kept.

            ## Laws and standards

            | id | name | reference | status | dates |
            |---|---|---|---|---|

            """);
        foreach (var law in map.Regulations)
            text.Append(CultureInfo.InvariantCulture, $"| `{law.Id}` | {law.Name} | {law.Reference} | {law.Status} | {string.Join("; ", law.Dates)} |\n");
        text.Append('\n');
        foreach (var law in map.Regulations.Where(static law => law.Note is not null))
            text.Append(CultureInfo.InvariantCulture, $"- `{law.Id}`: {law.Note}\n");
        text.Append("\n## Rows\n\n| # | topic | controls | the platform looks for | a person must add |\n|---:|---|---|---|---|\n");
        foreach (var row in map.Rows)
        {
            var looks = row.Requirements.Count == 0 ? "not automatable" : string.Join("<br>", row.Requirements.Select(Requirement));
            text.Append(CultureInfo.InvariantCulture, $"| {row.Id} | {row.Topic} (`{row.Collector}`) | {string.Join(", ", row.Controls)} | {looks} | {string.Join("; ", row.People)} |\n");
        }

        text.Append("\n## Rows by framework\n\n| framework | rows |\n|---|---|\n");
        foreach (var law in map.Regulations)
            text.Append(CultureInfo.InvariantCulture, $"| `{law.Id}` | {string.Join(", ", ControlMaps.Of(law.Id).Select(static row => row.Id))} |\n");
        return text.ToString();
    }

    private static string Requirement(ControlRequirement one) =>
        $"{one.Text} ({(one.Fact is { } fact ? $"fact `{fact}`" : "acts " + string.Join(", ", one.Acts.Select(static act => $"`{act}`")))})";

    private static string RolesText()
    {
        var text = new StringBuilder("# Roles\n\nWritten from the server's roles by a test; do not edit. A workspace may have roles of its own besides.\n\n| role | for | permissions of governance and delivery |\n|---|---|---|\n");
        foreach (var role in Roles.All)
        {
            var names = PermissionCatalogue.All.Where((_, index) => role.Permissions.Has(index)).Select(static one => one.Name)
                .Where(static name => name.StartsWith("governance.", StringComparison.Ordinal) || name.StartsWith("delivery.", StringComparison.Ordinal) || name.StartsWith("audit.", StringComparison.Ordinal));
            text.Append(CultureInfo.InvariantCulture, $"| `{role.Name}` | {role.About} | {string.Join(", ", names.Select(static name => $"`{name}`"))} |\n");
        }

        return text.ToString();
    }
}
