using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Pages of governance and lineage: what is on them, for whom, and where they lead.</summary>
public sealed class GovernancePagesTests(GovernancePagesTests.Governed fixture) : IClassFixture<GovernancePagesTests.Governed>
{
    private const string Script = "<script>alert(1)</script>";
    private const string Escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";
    private const string Password = "plum-tractor-97";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Client => fixture.Process.Client;

    [Fact]
    public async Task From_a_deployment_one_finds_why_a_delivery_waits_and_who_decides_in_two_clicks()
    {
        await new ServingServer(fixture.Process).RegisterOnnxAsync("waits", OnnxModels.Identity(11, -1, 1));
        var deliveries = new DeliveryServer(fixture.Process);
        var id = await deliveries.StartAsync($$"""{"model": "waits", "version": "1", "environment": "production", "justification": "{{Script}}"}""");
        var waiting = await deliveries.UntilAsync(id, static one => (string)one["state"]! == "waiting");
        var approval = (string)waiting["approval_id"]!;

        var list = await PageAsync("/deliveries?model=waits");
        Assert.Contains($"href=\"/deliveries/{id}\"", list, StringComparison.Ordinal);
        var delivery = await PageAsync($"/deliveries/{id}");
        Assert.Contains("It waits at the stage approval", delivery, StringComparison.Ordinal);
        Assert.DoesNotContain("mlops approvals approve", delivery.Split("id=\"log\"")[0], StringComparison.Ordinal);
        Assert.Contains($"href=\"/approvals/{approval}\"", delivery, StringComparison.Ordinal);

        var inbox = await PageAsync("/approvals?state=pending&mine=false&model=waits");
        Assert.Contains($"href=\"/approvals/{approval}\"", inbox, StringComparison.Ordinal);
        Assert.Contains("vp-engineering", inbox, StringComparison.Ordinal);
        var sheet = await PageAsync($"/approvals/{approval}");
        foreach (var shown in new[] { Escaped, "What the rules found", "It was not evaluated", "Who holds one of these roles may", $"href=\"/deliveries/{id}\"", "Scan of the files", "Model card" })
            Assert.Contains(shown, sheet, StringComparison.Ordinal);

        var said = await Client.SendJsonAsync(HttpMethod.Post, $"/api/v1/approvals/{approval}/comments", $$"""{"text": "{{Script}}"}""", Cancel);
        Assert.Equal(200, said.Status);
        Assert.Equal(200, (await Client.SendJsonAsync(HttpMethod.Post, $"/api/v1/approvals/{approval}/withdraw", """{"reason": "not yet"}""", Cancel)).Status);
        await deliveries.EndAsync(id);
        Assert.Contains("It was refused at the stage approval", await PageAsync($"/deliveries/{id}"), StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/approvals/0", await PageAsync("/approvals?state=approved&mine=false&model=waits"), StringComparison.Ordinal);
        Assert.Contains("approval.withdraw", await PageAsync($"/audit?object_kind=approval&object={approval}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registers_show_what_is_in_them_and_escape_it()
    {
        var incident = await MadeAsync("/api/v1/incidents", $$"""{"title": "{{Script}} fell", "severity": "sev2", "kind": "drift", "detail": "{{Script}}", "personal_data_breach": true}""");
        var exception = await MadeAsync("/api/v1/exceptions", $$"""{"control": "soc2-cc8.1", "reason": "{{Script}}", "compensating_measure": "{{Script}}", "owner": "ana", "expires_at": {{TimeProvider.System.GetUtcNow().AddDays(30).ToUnixTimeMilliseconds()}}}""");
        var request = await MadeAsync("/api/v1/subject-requests", $$"""{"subject": {"customer_id": "4242"}, "type": "human_review", "note": "{{Script}}"}""");
        foreach (var (path, shown) in new (string, string[])[]
        {
            ("/incidents", [$"{Escaped} fell", "sev2"]),
            ("/incidents?severity=sev1", ["No incident is like that"]),
            ($"/incidents/{incident}", [Escaped, "GDPR Art. 33", "Timeline"]),
            ("/exceptions?state=requested", [Escaped, "soc2-cc8.1"]),
            ($"/exceptions/{exception}", [Escaped, "Approve"]),
            ("/subject-requests?type=human_review", ["human review", $"/subject-requests/{request}"]),
            ($"/subject-requests/{request}", [Escaped, "Extend its time", "overridden"]),
            ("/approval-workflows", ["medium-risk", "manager"]),
            ("/approval-workflows/medium-risk", ["quorum: 2", "Validate"]),
            ("/approval-reviews", ["Nothing is due"]),
            ("/policies", ["EU AI Act", "Put in force"]),
            ("/policies/new?pack=gdpr", ["As a document", "Dry run"]),
            ("/compliance-reports", ["No report yet", "SOC 2"]),
            ("/control-map?framework=gdpr", ["General Data Protection Regulation"]),
            ("/access-review", ["everybody may do everything"]),
            ("/privacy", ["Nobody was erased"]),
            ("/lineage", ["Trace one prediction"]),
            ("/lineage?node=nonsense", ["alert-danger"]),
        })
        {
            var page = await PageAsync(path);
            foreach (var text in shown)
                Assert.True(page.Contains(text, StringComparison.Ordinal), $"{path} lacks '{text}'");
        }

        Assert.DoesNotContain("4242", await PageAsync($"/subject-requests/{request}"), StringComparison.Ordinal);
        var file = await PageAsync("/incidents?csv=incidents", "text/csv");
        Assert.Contains("sev2", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trail_is_searched_page_by_page_and_an_entry_has_its_proof()
    {
        for (var made = 0; made < 3; made++)
            await MadeAsync("/api/v1/incidents", """{"title": "counted", "severity": "sev4", "kind": "manual"}""");
        var all = (await Client.GetAnswerAsync("/api/v1/audit/entries?action=incident.open&limit=1", Cancel)).Json;
        var entry = all.GetProperty("entries")[0].GetProperty("entry_id").GetString()!;
        var found = await PageAsync("/audit?action=incident.open");
        Assert.Contains($"href=\"/audit/{entry}\"", found, StringComparison.Ordinal);
        Assert.DoesNotContain("exception.request", found.Split("id=\"audit\"")[1].Split("</table>")[0], StringComparison.Ordinal);
        Assert.Contains("No entry is like that", await PageAsync("/audit?until=2001-01-01T00%3A00"), StringComparison.Ordinal);
        Assert.Contains("incident.open", await PageAsync($"/audit/{entry}"), StringComparison.Ordinal);
        var lines = (await PageAsync("/audit?action=incident.open&csv=audit", "text/csv")).TrimEnd().Split("\r\n");
        Assert.StartsWith("When,Who,Action,Kind,Object,Outcome,Reason,Number", lines[0], StringComparison.Ordinal);
        Assert.True(lines.Length >= 4, string.Join('\n', lines));
    }

    [Fact]
    public async Task A_policy_shows_its_rules_its_revisions_and_what_differs()
    {
        const string Rule = """{"id": "signed", "require": "card.completeness >= 0.1", "message": "<script>alert(1)</script>", "severity": "warn"}""";
        Assert.Equal(200, (await Client.SendJsonAsync(HttpMethod.Post, "/api/v1/policies", $$$"""{"policy": {"name": "house", "version": "1", "rules": [{{{Rule}}}]}, "note": "first"}""", Cancel)).Status);
        Assert.Equal(200, (await Client.SendJsonAsync(HttpMethod.Post, "/api/v1/policies", $$$"""{"policy": {"name": "house", "version": "2", "rules": [{{{Rule}}}]}, "note": "second"}""", Cancel)).Status);
        var page = await PageAsync("/policies/house?from=1&to=2");
        foreach (var shown in new[] { Escaped, "card.completeness &gt;= 0.1", "From revision 1 to 2", "second" })
            Assert.Contains(shown, page, StringComparison.Ordinal);
        Assert.Contains("/policies/house", await PageAsync("/policies"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lineage_is_drawn_and_listed_and_tells_whom_to_tell()
    {
        var serving = new ServingServer(fixture.Process);
        await serving.RegisterOnnxAsync("drawn", OnnxModels.Identity(11, -1, 1), "x");
        await serving.DeployAsync("staging", "drawn", """{"log": {}, "variants": [{"name": "stable", "model": "drawn", "version": "1", "weight": 1}]}""");
        await Eventually.HoldsAsync("the revision is in the graph", async () => (await PageAsync("/lineage?node=model_version%3Adrawn%2F1")).Contains("staging/drawn/1", StringComparison.Ordinal));
        var graph = await PageAsync("/lineage?node=model_version%3Adrawn%2F1&direction=down&depth=1");
        Assert.Contains("data-lineage=", graph, StringComparison.Ordinal);
        Assert.Contains("href=\"/deployments/staging/drawn\"", graph, StringComparison.Ordinal);
        var impact = await PageAsync("/lineage/impact?node=model_version%3Adrawn%2F1");
        Assert.Contains("deployment staging / drawn", impact, StringComparison.Ordinal);

        using var asked = await Client.PostAsJsonAsync("/staging/v1/models/drawn:predict", new { instances = new[] { new { x = 2.5 } } }, Cancel);
        asked.EnsureSuccessStatusCode();
        Assert.Equal("stable", asked.Headers.GetValues("X-Orrery-Variant").Single());
        var id = asked.Headers.GetValues("X-Orrery-Prediction-Id").Single();
        await Eventually.HoldsAsync("the prediction is traced", async () => (await Client.GetAsync($"/lineage/predictions/{id}", Cancel)).StatusCode is HttpStatusCode.OK);
        var trace = await PageAsync($"/lineage/predictions/{id}");
        Assert.Contains("2.5", trace, StringComparison.Ordinal);
        Assert.Contains("/models/drawn/versions/1", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_see_less_is_shown_less_and_looking_is_no_attempt()
    {
        await using var server = await ServerProcess.StartAsync(["--log-level", "Warning"], cancel: Cancel);
        (await server.Client.PostAsJsonAsync("/api/v1/admin/init", new { name = "root", password = Password }, Cancel)).EnsureSuccessStatusCode();
        var root = await SignInAsync(server, "root");
        await SendAsync(server, root, HttpMethod.Post, "/api/v1/people", """{"name": "vera", "password": "plum-tractor-97"}""");
        await SendAsync(server, root, HttpMethod.Post, "/api/v1/incidents", """{"title": "hidden from vera", "severity": "sev3", "kind": "manual"}""");
        var vera = await SignInAsync(server, "vera");
        await SendAsync(server, root, HttpMethod.Post, "/api/v1/grants", """{"subject": "vera", "role": "viewer"}""");

        Assert.Contains("Nothing is deployed", await SendAsync(server, vera, HttpMethod.Get, "/deployments", null), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/privacy") { Headers = { { "Cookie", vera.Cookie } } };
        using var refused = await server.Client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await SendAsync(server, vera, HttpMethod.Get, "/approvals", null);
        await SendAsync(server, root, HttpMethod.Post, "/api/v1/people", """{"name": "nils", "password": "plum-tractor-97"}""");
        await SendAsync(server, root, HttpMethod.Put, "/api/v1/roles/runs-alone", """{"permissions": ["tracking.read"]}""");
        await SendAsync(server, root, HttpMethod.Post, "/api/v1/grants", """{"subject": "nils", "role": "runs-alone"}""");
        await SendAsync(server, await SignInAsync(server, "nils"), HttpMethod.Get, "/costs/prices", null);
        var trail = await SendAsync(server, root, HttpMethod.Get, "/api/v1/audit/entries?action=access.refuse", null);
        Assert.Contains("/api/v1/privacy/", trail, StringComparison.Ordinal);
        // What a page is about is asked for as everything is; what else stands on it is not.
        Assert.Contains("prices", trail, StringComparison.Ordinal);
        Assert.DoesNotContain("delivery-status", trail, StringComparison.Ordinal);
        Assert.DoesNotContain("/approvals", trail, StringComparison.Ordinal);
    }

    private static async Task<(string Cookie, string Csrf)> SignInAsync(ServerProcess server, string name)
    {
        using var answer = await server.Client.PostAsJsonAsync("/api/v1/session", new { name, password = Password }, Cancel);
        answer.EnsureSuccessStatusCode();
        return (answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0], (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["csrf_token"]!);
    }

    private static async Task<string> SendAsync(ServerProcess server, (string Cookie, string Csrf) who, HttpMethod method, string path, string? json)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { { "Cookie", who.Cookie }, { "X-Orrery-CSRF", who.Csrf } } };
        if (json is not null)
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await server.Client.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return text;
    }

    private async Task<string> MadeAsync(string path, string json)
    {
        var made = await Client.SendJsonAsync(HttpMethod.Post, path, json, Cancel);
        Assert.True(made.Status is 200 or 201 or 202, made.Body);
        return made.Json.GetProperty("id").GetString()!;
    }

    private async Task<string> PageAsync(string path, string type = "text/html")
    {
        using var answer = await Client.GetAsync(path, Cancel);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {page}");
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        if (type == "text/html")
            Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        return page;
    }

    /// <summary>A server on which production needs approvals.</summary>
    public sealed class Governed : IAsyncLifetime
    {
        public ServerProcess Process { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Process = await ServerProcess.StartAsync(environment: new Dictionary<string, string> { ["Orrery__Serving__ApprovedEnvironments"] = "production" });

        public ValueTask DisposeAsync() => Process.DisposeAsync();
    }
}
