using System.Text.RegularExpressions;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>The migrations' rules: the workspace first in every key, numbers without gaps, forward only.</summary>
public sealed partial class MigrationTests
{
    // Only the platform's own tables (sys_, ten_) may be here, each with its reason.
    private static readonly Dictionary<string, string> AcrossWorkspaces = new()
    {
        ["sys_lease"] = "A duty that one server at a time performs for all workspaces.",
        ["ten_principal"] = "A person, group or service account is one of the platform and may work in many workspaces.",
        ["ten_member"] = "Groups are of the platform, as their members are.",
        ["ten_identity"] = "Whether identity is on is true for the whole platform.",
        ["ten_password"] = "A person's, who is one of the platform.",
        ["ten_totp"] = "A person's, who is one of the platform.",
        ["ten_recovery_code"] = "A person's, who is one of the platform.",
        ["ten_token"] = "A principal's, who is one of the platform; the workspace it is limited to is not whose it is.",
        ["ten_device_code"] = "A program that waits for a person, who is one of the platform.",
        ["ten_session"] = "A person's, who is one of the platform.",
        ["ten_external_identity"] = "A person's, who is one of the platform.",
        ["ten_epoch"] = "One number for each thing that servers remember, whichever workspace it changed in.",
    };

    [Fact]
    public void The_workspace_comes_first_in_every_primary_key() => Rule.Holds(
        from table in Tables()
        where !AcrossWorkspaces.ContainsKey(table.Name) && !TenantFirst.IsMatch(table.Body)
        select $"{table.File}: {table.Name} has no 'primary key (tenant_id, ...)'.",
        "Begin its primary key with tenant_id. A table of the platform itself (sys_, ten_) may go into AcrossWorkspaces with its reason.");

    [Fact]
    public void Only_tables_of_the_platform_itself_span_workspaces() => Rule.Holds(
        AcrossWorkspaces.Keys.Where(name => !name.StartsWith("sys_", StringComparison.Ordinal) && !name.StartsWith("ten_", StringComparison.Ordinal)),
        "Give the table tenant_id as the first column of its key.");

    [Fact]
    public void The_list_of_exceptions_names_tables_that_exist() => Rule.Holds(
        AcrossWorkspaces.Keys.Except(Tables().Select(table => table.Name)), "Remove it from AcrossWorkspaces.");

    [Fact]
    public void Migrations_of_a_module_are_numbered_from_one_without_gaps() => Rule.Holds(
        from module in Files().GroupBy(file => file.Module)
        let numbers = module.Select(file => FileName.Match(file.Name)).Select(match => match.Success ? int.Parse(match.Groups[1].ValueSpan) : 0).Distinct().Order()
        where !numbers.SequenceEqual(Enumerable.Range(1, numbers.Count()))
        select $"Orrery.{module.Key}: {string.Join(", ", module.Select(file => file.Name))}",
        "Name migrations NNNN_name.sql (or NNNN_name.sqlite.sql and NNNN_name.postgres.sql), 0001 first. A released one is never edited or renumbered.");

    private static IEnumerable<SourceFile> Files() =>
        SourceFile.All(".sql").Where(file => file.Module is not null && file.Path.Contains("/Migrations/", StringComparison.Ordinal));

    private static IEnumerable<(string File, string Name, string Body)> Tables() =>
        from file in Files()
        let text = Comment.Replace(file.Text, "")
        from Match match in CreateTable.Matches(text)
        select (file.Path, match.Groups["name"].Value, match.Groups["body"].Value);

    [GeneratedRegex(@"^(\d{4})_[a-z0-9_]+(\.sqlite|\.postgres)?\.sql$")]
    private static partial Regex FileName { get; }

    [GeneratedRegex(@"--[^\n]*")]
    private static partial Regex Comment { get; }

    // The body runs to the statement's semicolon.
    [GeneratedRegex(@"create\s+table\s+(if\s+not\s+exists\s+)?(?<name>\w+)\s*\((?<body>[^;]*)", RegexOptions.IgnoreCase)]
    private static partial Regex CreateTable { get; }

    [GeneratedRegex(@"primary\s+key\s*\(\s*tenant_id\b|\btenant_id\b[^,]*\bprimary\s+key\b", RegexOptions.IgnoreCase)]
    private static partial Regex TenantFirst { get; }
}
