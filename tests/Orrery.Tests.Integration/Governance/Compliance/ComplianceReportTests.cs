using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Audit;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Reports on a real server: from an empty workspace, after real acts, by an auditor, interrupted, checked offline.</summary>
public sealed class ComplianceReportTests(OneServer one) : IClassFixture<OneServer>, IDisposable
{
    private const string Password = "correct-horse-battery-staple";
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-compliance-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Rows_turn_from_missing_to_present_by_what_is_done()
    {
        // What the other test on this server asks for is refused, and leaves nothing.
        var server = one.Process;
        using var client = new OrreryClient(server.BaseAddress);
        var before = await ReportAsync(client);
        Assert.Equal(("not automatable", "not automatable"), (before.Row(13).Status, before.Row(36).Status));
        foreach (var id in new[] { 2, 4, 12, 14, 16, 28, 29, 31, 32, 33, 34, 39 })
            Assert.True(before.Row(id).Status == "missing", $"Row {id} is {before.Row(id).Status}.");

        var story = new LookupStory(server);
        await story.BeginAsync();
        await story.TrainAsync("echo", OnnxModels.Identity(1, -1, LookupServer.Columns.Length), "shopper", LookupStory.Signature("float", LookupServer.Columns));
        await story.Server.DeployAsync("staging", "echo", LookupStory.Spec("echo"));
        await PostAsync(server, "/api/2.0/mlflow/model-versions/transition-stage", """{"name":"echo","version":"1","stage":"Staging","archive_existing_versions":false}""");
        await RunAsync(server, "scan", "echo", "1");
        await RunAsync(server, "card", "snapshot", "echo", "1");
        await RunAsync(server, "data", "scan", "shop/bills.csv");
        await RunAsync(server, "subjects", "opt-out", "customer_id=3");
        var incident = await client.Compliance.OpenIncidentAsync(new() { Title = "Data left the region", Severity = "sev1", Kind = "breach", Model = "echo", Version = "1" }, Cancel);
        Assert.Equal(["echo/1"], incident.AffectedVersions);
        await client.Compliance.ResolveIncidentAsync(incident.Id, "Closed", Cancel);
        await client.Compliance.UpdateIncidentAsync(incident.Id, new() { RootCause = "A wrong bucket" }, Cancel);
        await client.Compliance.ReviewIncidentAsync(incident.Id, "Looked at", Cancel);
        await client.Compliance.OpenIncidentAsync(new() { Title = "Rolled back", Severity = "sev3", Kind = "automatic_rollback" }, Cancel);
        var review = await client.Compliance.RegisterSubjectRequestAsync(new() { Type = "human_review", Subject = new Dictionary<string, string> { ["customer_id"] = "3" } }, Cancel);
        await client.Compliance.ChangeSubjectRequestAsync(review.Id, new() { State = "fulfilled", Answer = "Decided anew", ReviewOutcome = "upheld", Links = [new() { Kind = "opt_out", Id = "all" }] }, Cancel);
        await Mlops.RunAsync(server, Cancel, "subjects", "erase", "customer_id=4", "--yes");
        await RunAsync(server, "compliance", "access-review", "--output", Path.Combine(_folder, "access.csv"));

        var after = await ReportAsync(client);
        foreach (var (row, requirement) in new[]
        {
            (2, "freshness"), (7, "review"), (10, "hashes"), (10, "scans"), (11, "watch"), (11, "restore"), (12, "incidents"), (12, "reviews"), (14, "deployments"), (14, "stages"),
            (15, "dependencies"), (16, "classification"), (16, "deletion"), (23, "sets"), (26, "marks"), (29, "scans"), (30, "reports"), (31, "consent"), (32, "cards"), (33, "requests"), (33, "erasures"),
            (34, "reviews"), (37, "inventory"), (39, "breaches"),
        })
        {
            Assert.False(before.Find(row, requirement).IsPresent, $"{row} {requirement} was there before.");
            Assert.True(after.Find(row, requirement).IsPresent, $"{row} {requirement} is still missing.");
            Assert.NotEmpty(after.Find(row, requirement).Items);
        }

        foreach (var row in new[] { 12, 16, 31, 33, 34, 39 })
            Assert.True(after.Row(row).Status == "evidence present", $"Row {row} is {after.Row(row).Status}.");
        // Links of evidence lead somewhere.
        foreach (var link in after.Rows.SelectMany(static row => row.Findings).SelectMany(static finding => finding.Items).Select(static item => item.Link).OfType<string>().Distinct())
            Assert.True((await server.Client.GetAsync(new Uri(link, UriKind.Relative), Cancel)).IsSuccessStatusCode, link);
        var model = Assert.Single(after.Models);
        Assert.Equal(("echo", 1, 1, "staging/echo: 1"), (model.Name, model.Versions, model.Hashed, Assert.Single(model.Deployed)));
        Assert.Contains(after.Changes, static change => change is { Action: "deployment.put", ObjectId: "staging/echo" });
        Assert.True(after.AuditVerdict!.Valid);
        Assert.Equal(after.Rows.Count, after.Summary.Values.Sum());
        Assert.StartsWith("subject,role,on,", await File.ReadAllTextAsync(Path.Combine(_folder, "access.csv"), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_of_an_empty_workspace_is_made_signed_and_checked_without_a_server()
    {
        await using var server = await ServerProcess.StartAsync(["--log-level", "Warning"], cancel: Cancel);
        var (html, json, keys) = (Path.Combine(_folder, "report.html"), Path.Combine(_folder, "report.json"), Path.Combine(_folder, "keys.json"));
        var told = await RunAsync(server, "compliance", "report", "--framework", "soc2", "--from", "2026-01-01", "--output", html, "--json");
        var report = JsonNode.Parse(told)!;
        Assert.Equal(("succeeded", "soc2"), ((string)report["state"]!, (string)report["framework"]!));
        Assert.Contains("SHA-256", await RunAsync(server, "compliance", "report", "--framework", "all", "--from", "2026-01-01", "--output", json), StringComparison.Ordinal);
        await File.WriteAllTextAsync(keys, await server.Client.GetStringAsync("/api/v1/audit/keys", Cancel), Cancel);
        await server.KillAsync(Cancel);

        foreach (var file in new[] { html, json })
        {
            var (code, output, errors) = await Mlops.RunAsync(server, Cancel, "compliance", "verify", file, "--keys", keys);
            Assert.True(code == 0, output + errors);
            Assert.Contains("is as it was signed", output, StringComparison.Ordinal);
            var seal = JsonNode.Parse((await Mlops.RunAsync(server, Cancel, "compliance", "verify", file, "--keys", keys, "--json")).Out)!;
            Assert.Contains((string)seal["id"]!, output, StringComparison.Ordinal);
        }

        var page = await File.ReadAllTextAsync(html, Cancel);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        await File.WriteAllTextAsync(html, page.Replace("Change management", "Change  management", StringComparison.Ordinal), Cancel);
        Assert.Equal(4, (await Mlops.RunAsync(server, Cancel, "compliance", "verify", html, "--keys", keys)).ExitCode);
        var text = await File.ReadAllTextAsync(json, Cancel);
        await File.WriteAllTextAsync(json, text.Replace("\"missing\"", "\"evidence present\"", StringComparison.Ordinal), Cancel);
        Assert.Contains("was changed", (await Mlops.RunAsync(server, Cancel, "compliance", "verify", json, "--keys", keys)).Out, StringComparison.Ordinal);
        await File.WriteAllTextAsync(json, text, Cancel);
        await File.WriteAllTextAsync(keys, """{"keys":[]}""", Cancel);
        Assert.Equal(4, (await Mlops.RunAsync(server, Cancel, "compliance", "verify", json, "--keys", keys)).ExitCode);
        await File.WriteAllTextAsync(json, "{}", Cancel);
        Assert.Equal(2, (await Mlops.RunAsync(server, Cancel, "compliance", "verify", json, "--keys", keys)).ExitCode);
        await server.RestartAsync(Cancel);
    }

    [Fact]
    public async Task A_report_that_is_interrupted_is_made_after_the_restart_and_once()
    {
        await using var server = await ServerProcess.StartAsync(["--log-level", "Warning"], cancel: Cancel);
        using var client = new OrreryClient(server.BaseAddress);
        var asked = new NewComplianceReport { Key = "quarter", Framework = "gdpr", From = 0, To = DateTimeOffset.FromUnixTimeMilliseconds(0).AddDays(1_000).ToUnixTimeMilliseconds() };
        var report = await client.Compliance.CreateReportAsync(asked, Cancel);
        await server.KillAsync(Cancel);
        await server.RestartAsync(Cancel);

        await Eventually.HoldsAsync("the report is made", async () => (await client.Compliance.GetReportAsync(report.Id, Cancel)).State == "succeeded");
        var again = await client.Compliance.CreateReportAsync(asked, Cancel);
        Assert.Equal(report.Id, again.Id);
        Assert.Single((await client.Compliance.ListReportsAsync("gdpr", null, null, Cancel)).Reports);
        var signed = JsonNode.Parse(await server.Client.GetStringAsync("/api/v1/audit/entries?action=compliance.report.sign", Cancel))!["entries"]!.AsArray();
        Assert.Equal(report.Id, (string)Assert.Single(signed)!["object_id"]!);
    }

    [Fact]
    public async Task What_a_report_may_not_be_is_refused()
    {
        var server = one.Process;
        foreach (var (body, code) in new[]
        {
            ("""{"framework":"iso","from":1,"to":2}""", "governance.invalid_report"), ("""{"framework":"all","from":2,"to":2}""", "governance.invalid_report"),
            ("""{"framework":"all","from":-1,"to":2}""", "governance.invalid_report"), ("""{"framework":"all","from":1,"to":999999999999999}""", "governance.invalid_report"), ("{}", "governance.invalid_report"),
        })
        {
            using var answer = await server.Client.PostAsync("/api/v1/compliance-reports", Json(body), Cancel);
            Assert.Equal((HttpStatusCode.BadRequest, code), (answer.StatusCode, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["code"]!));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/api/v1/compliance-reports/nope", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/api/v1/compliance-reports/nope/document?format=html", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Client.GetAsync("/api/v1/compliance-reports/nope/document?format=pdf", Cancel)).StatusCode);
        Assert.Contains("\"id\":41", await server.Client.GetStringAsync("/api/v1/control-map", Cancel), StringComparison.Ordinal);
        Assert.Contains("Change management", await RunAsync(server, "compliance", "map", "--framework", "soc2"), StringComparison.Ordinal);
        Assert.Equal(2, (await Mlops.RunAsync(server, Cancel, "compliance", "map", "--framework", "iso")).ExitCode);
    }

    [Fact]
    public async Task An_auditor_reads_everything_and_changes_nothing()
    {
        await using var server = await ServerProcess.StartAsync(["--log-level", "Warning"], cancel: Cancel);
        var http = server.Client;
        await SendAsync(http, null, "api/v1/admin/init", new { name = "root", password = Password });
        await SendAsync(http, "root", "api/v1/people", new { name = "ann", password = Password });
        await SendAsync(http, "root", "api/v1/grants", new { subject = "ann", role = "auditor" });
        var (root, auditor) = (await TokenAsync(http, "root"), await TokenAsync(http, "ann"));
        var (_, opened) = await AskAsync(http, root, "POST", "/api/v1/incidents", """{"title":"t","severity":"sev3","kind":"manual"}""");
        var incident = (string)opened!["id"]!;
        var (_, asked) = await AskAsync(http, root, "POST", "/api/v1/exceptions", $$"""{"control":"14","reason":"r","compensating_measure":"m","owner":"root","expires_at":{{Soon()}} }""");
        var exception = (string)asked!["id"]!;
        var (_, came) = await AskAsync(http, root, "POST", "/api/v1/subject-requests", """{"type":"access","subject":{"customer_id":"1"}}""");
        var request = (string)came!["id"]!;
        var (made, report) = await AskAsync(http, auditor, "POST", "/api/v1/compliance-reports", """{"framework":"all","from":1,"to":90000000000}""");
        Assert.Equal(200, made);
        var id = (string)report!["id"]!;
        await Eventually.HoldsAsync("the report is made", async () => (string)(await AskAsync(http, auditor, "GET", $"/api/v1/compliance-reports/{id}", null)).Body!["state"]! == "succeeded");

        foreach (var path in new[]
        {
            "/api/v1/incidents", $"/api/v1/incidents/{incident}", "/api/v1/exceptions", $"/api/v1/exceptions/{exception}", "/api/v1/subject-requests", $"/api/v1/subject-requests/{request}", "/api/v1/control-map",
            "/api/v1/access-review", "/api/v1/compliance-reports", $"/api/v1/compliance-reports/{id}", $"/api/v1/compliance-reports/{id}/document",
        })
        {
            Assert.Equal((path, 200), (path, (await AskAsync(http, auditor, "GET", path, null)).Status));
        }

        using var page = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/compliance-reports/{id}/document?format=html") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", auditor) } };
        using var html = await http.SendAsync(page, Cancel);
        Assert.Contains("default-src 'none'", html.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        foreach (var (method, path, body) in new[]
        {
            ("POST", "/api/v1/incidents", """{"title":"t","severity":"sev3","kind":"manual"}"""), ("PATCH", $"/api/v1/incidents/{incident}", """{"severity":"sev1"}"""),
            ("POST", $"/api/v1/incidents/{incident}/events", """{"kind":"note","text":"x"}"""), ("POST", $"/api/v1/incidents/{incident}/resolve", """{"text":"x"}"""), ("POST", $"/api/v1/incidents/{incident}/review", """{"text":"x"}"""),
            ("POST", "/api/v1/exceptions", "{}"), ("POST", $"/api/v1/exceptions/{exception}/approve", "{}"), ("POST", $"/api/v1/exceptions/{exception}/reject", """{"note":"x"}"""),
            ("POST", $"/api/v1/exceptions/{exception}/revoke", """{"note":"x"}"""), ("POST", $"/api/v1/exceptions/{exception}/review", """{"note":"x"}"""),
            ("POST", "/api/v1/subject-requests", "{}"), ("PATCH", $"/api/v1/subject-requests/{request}", """{"state":"withdrawn"}"""),
        })
        {
            Assert.Equal((path, 403), (path, (await AskAsync(http, auditor, method, path, body)).Status));
        }

        // What the auditor sees of access are the facts of it.
        var review = (await AskAsync(http, auditor, "GET", "/api/v1/access-review", null)).Body!;
        Assert.True((bool)review["is_identity_on"]!);
        Assert.Contains(review["grants"]!.AsArray(), static grant => (string)grant!["subject"]! == "ann" && (string)grant["role"]! == "auditor");
        Assert.Contains(review["tokens"]!.AsArray(), static token => (string)token!["owner"]! == "ann");
        var rows = (await AskAsync(http, auditor, "GET", $"/api/v1/compliance-reports/{id}/document", null)).Body!["document"]!["rows"]!.AsArray();
        foreach (var (row, requirement) in new[] { (1, "roles"), (6, "identity"), (6, "tokens"), (7, "orphans"), (20, "policy") })
            Assert.True((bool)rows[row - 1]!["findings"]!.AsArray().Single(one => (string)one!["id"]! == requirement)!["is_present"]!, $"{row} {requirement}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_number_of_questions_does_not_depend_on_how_much_there_is(bool postgres)
    {
        string[] flags = postgres ? ["--database", await (await PostgresServer.SharedAsync()).CreateMigratedDatabaseAsync(Cancel)] : [];
        await using var server = await ServerInProcess.StartAsync(flags);
        var db = server.Services.GetRequiredService<Db>();
        var actor = Actor.System(WorkspaceId.Default, "default");
        async Task<(int Reads, EvidenceRecords Base)> ReadAsync()
        {
            var counting = new CountingDb(db);
            var known = await Reading(server.Services, counting).ReadAsync(actor, 0, DateTimeOffset.UnixEpoch.AddYears(200).ToUnixTimeMilliseconds(), Cancel);
            return (counting.Reads, known);
        }

        var (few, _) = await ReadAsync();
        await db.WriteAsync<Done>(async session =>
        {
            var models = Enumerable.Range(0, 50).Select(static n => n.ToString("D32", CultureInfo.InvariantCulture)).ToList();
            using var first = session.Sql("insert into reg_model (tenant_id, model_id, name, last_version, created_by, created_at, updated_at) select 1, rows.id, rows.id, 100, 'ada', 1, 1 from {rows}");
            await first.ExecuteRowsAsync(new SqlRows(models.Count).Text("id", models, static id => id));
            var versions = models.SelectMany(static model => Enumerable.Range(1, 100).Select(n => (Model: model, Number: (long)n))).ToList();
            using var second = session.Sql("insert into reg_version (tenant_id, model_id, version, stage, source, storage_uri, created_by, created_at, updated_at) select 1, rows.id, rows.n, 'None', 's', 's', 'ada', 1, 1 from {rows}");
            await second.ExecuteRowsAsync(new SqlRows(versions.Count).Text("id", versions, static one => one.Model).Whole("n", versions, static one => one.Number));
            return Done.Ok;
        }, Cancel);
        var (many, known) = await ReadAsync();
        Assert.Equal((50, 5_000L), (known.Models.Count, known.Models.Sum(static model => model.Versions)));
        Assert.Equal(few, many);
        var document = ReportWriting.Write(actor, new() { Id = "1", Framework = "all", From = 0, To = 1 }, known, DateTimeOffset.UnixEpoch);
        Assert.Equal(50, document.Models.Count);
    }

    private static EvidenceReading Reading(IServiceProvider services, Db db)
    {
        T Get<T>()
            where T : notnull => services.GetRequiredService<T>();
        var (audit, time) = (Get<AuditLog>(), Get<TimeProvider>());
        return new(
            db,
            new AuditTrail(db, audit, Get<Sealer>(), Get<Subjects>(), Get<SigningKeys>(), Get<Checkpoints>()),
            Get<AuditOptions>(),
            new AccessReviews(db, Get<IdentityOptions>(), time),
            new ModelCounts(db),
            new ServedInventory(new Inventories(db, Get<ServingOptions>(), time)),
            new QualityEvidence(db),
            new Incidents(db, audit, new Descendants(db), time),
            new PolicyExceptions(db, audit, time),
            new SubjectRequests(db, audit, Get<SubjectKeys>(), time),
            services.GetServices<IEvidenceSource>());
    }

    private static async Task<ComplianceDocument> ReportAsync(OrreryClient client)
    {
        var report = await client.Compliance.CreateReportAsync(new() { Framework = "all", From = Soon() - (long)TimeSpan.FromDays(100).TotalMilliseconds, To = Soon() }, Cancel);
        await Eventually.HoldsAsync("the report is made", async () => (report = await client.Compliance.GetReportAsync(report.Id, Cancel)).State != "running", () => report.Error ?? report.State);
        Assert.True(report.State == "succeeded", report.Error);
        return JsonSerializer.Deserialize(await client.Compliance.GetReportTextAsync(report.Id, "json", Cancel), OrreryJson.TypeOf<ComplianceEnvelope>())!.Document;
    }

    private static async Task<string> RunAsync(ServerProcess server, params string[] arguments)
    {
        var (code, output, errors) = await Mlops.RunAsync(server, Cancel, arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {code}\n{output}{errors}");
        return output;
    }

    private static async Task PostAsync(ServerProcess server, string path, string body)
    {
        using var answer = await server.Client.PostAsync(path, Json(body), Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task SendAsync(HttpClient http, string? name, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (name is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Password}")));
        using var answer = await http.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<string> TokenAsync(HttpClient http, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/tokens") { Content = JsonContent.Create(new { name = "t" }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Password}")));
        using var answer = await http.SendAsync(request, Cancel);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["secret"]!;
    }

    private static async Task<(int Status, JsonNode? Body)> AskAsync(HttpClient http, string token, string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        if (body is not null)
            request.Content = Json(body);
        using var answer = await http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return ((int)answer.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    // A day from now, by the machine's clock, which the server goes by.
    private static long Soon() => TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds();
}

/// <summary>Looks into reports.</summary>
internal static class ReportLooks
{
    public static ComplianceRow Row(this ComplianceDocument report, int id) => report.Rows.Single(row => row.Id == id);

    public static ComplianceFinding Find(this ComplianceDocument report, int id, string requirement) => report.Row(id).Findings.Single(one => one.Id == requirement);
}
