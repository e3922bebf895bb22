using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>The verbs of the registers, for people and for machines.</summary>
public sealed class RegisterCliTests(OneServer server) : IClassFixture<OneServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Incidents_are_opened_told_and_ended()
    {
        var opened = await JsonAsync("incidents", "open", "Scores drift", "--severity", "sev2", "--kind", "drift", "--model", "churn", "--version-of-model", "3", "--key", "cli-1", "--breach");
        var id = (string)opened["id"]!;
        Assert.Equal(id, (string)(await JsonAsync("incidents", "open", "Scores drift", "--key", "cli-1"))["id"]!);
        Assert.Contains("GDPR Art. 33", await TextAsync("incidents", "show", id), StringComparison.Ordinal);
        Assert.Contains("mitigated", await TextAsync("incidents", "note", id, "Traffic moved", "--kind", "mitigated"), StringComparison.Ordinal);
        await TextAsync("incidents", "resolve", id, "Rolled back");
        Assert.Equal(4, (await RunAsync("incidents", "review", id, "Looked at")).Code);
        var changed = await JsonAsync("incidents", "update", id, "--root-cause", "Stale features", "--follow-up", "Alert|ada|2027-01-01");
        Assert.Equal("ada", (string)changed["follow_ups"]![0]!["owner"]!);
        Assert.Equal("reviewed", (string)(await JsonAsync("incidents", "review", id, "Looked at"))["state"]!);
        Assert.Contains("Scores drift", await TextAsync("incidents", "list", "--state", "reviewed"), StringComparison.Ordinal);
        Assert.Equal(id, (string)(await JsonAsync("incidents", "list", "--model", "churn"))["incidents"]![0]!["id"]!);
        Assert.Equal(3, (await RunAsync("incidents", "show", "nope")).Code);
        Assert.Equal(2, (await RunAsync("incidents", "open", "x", "--severity", "loud")).Code);
        Assert.Equal(2, (await RunAsync("incidents", "update", id, "--follow-up", "no bars")).Code);
    }

    [Fact]
    public async Task Exceptions_are_asked_for_and_not_approved_by_who_asked()
    {
        var until = TimeProvider.System.GetUtcNow().AddDays(20).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var asked = await JsonAsync("exceptions", "request", "14", "--reason", "Vendor fix", "--measure", "By hand", "--owner", "ada", "--expires", until);
        var id = (string)asked["id"]!;
        Assert.Contains("By hand", await TextAsync("exceptions", "show", id), StringComparison.Ordinal);
        var (code, _, errors) = await RunAsync("exceptions", "approve", id);
        Assert.Equal(4, code);
        Assert.Contains("somebody else", errors, StringComparison.Ordinal);
        Assert.Equal(4, (await RunAsync("exceptions", "review", id, "--note", "x")).Code);
        Assert.Equal("rejected", (string)(await JsonAsync("exceptions", "reject", id, "--note", "no"))["state"]!);
        Assert.Equal(4, (await RunAsync("exceptions", "revoke", id, "--note", "x", "--yes")).Code);
        Assert.Contains(id, await TextAsync("exceptions", "list", "--state", "rejected"), StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("exceptions", "request", "14", "--reason", "r", "--measure", "m", "--owner", "o", "--expires", "soon")).Code);
    }

    [Fact]
    public async Task Requests_of_subjects_are_registered_and_answered()
    {
        var made = await JsonAsync("dsr", "register", "access", "customer_id=4242", "--key", "T-9", "--note", "By post");
        var id = (string)made["id"]!;
        Assert.DoesNotContain("4242", made.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("received", await TextAsync("dsr", "show", id), StringComparison.Ordinal);
        Assert.Equal("complex", (string)(await JsonAsync("dsr", "update", id, "--extend", "complex"))["extension_reason"]!);
        Assert.Equal(2, (await RunAsync("dsr", "update", id, "--link", "erasure=nope")).Code);
        Assert.Contains("fulfilled", await TextAsync("dsr", "update", id, "--state", "fulfilled", "--answer", "Sent", "--link", "document=export.zip"), StringComparison.Ordinal);
        Assert.Contains(id, await TextAsync("dsr", "list", "--type", "access"), StringComparison.Ordinal);
        Assert.Empty((await JsonAsync("dsr", "list", "--overdue"))["requests"]?.AsArray() ?? []);
        Assert.Equal(2, (await RunAsync("dsr", "register", "wish", "customer_id=1")).Code);
        Assert.Equal(3, (await RunAsync("dsr", "show", "nope")).Code);
    }

    [Fact]
    public async Task The_access_review_and_the_list_of_reports_are_told()
    {
        Assert.NotNull((await JsonAsync("compliance", "access-review"))["roles"]);
        await TextAsync("compliance", "access-review");
        await JsonAsync("compliance", "report", "--framework", "hipaa", "--from", "2026-01-01", "--key", "once");
        Assert.Contains("hipaa", await TextAsync("compliance", "list", "--framework", "hipaa"), StringComparison.Ordinal);
        Assert.Single((await JsonAsync("compliance", "list", "--framework", "hipaa"))["reports"]!.AsArray());
    }

    private async Task<JsonNode> JsonAsync(params string[] arguments) => JsonNode.Parse(await TextAsync([.. arguments, "--json"]))!;

    private async Task<string> TextAsync(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {code}\n{output}{errors}");
        return output;
    }

    private async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) => await Mlops.RunAsync(server.Process, Cancel, arguments);
}
