using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Pages of administration and of one's account, on a server with identity: for an administrator, and for a person with one role.</summary>
public sealed class AdminPagesTests(AdminPagesTests.Company company) : IClassFixture<AdminPagesTests.Company>
{
    private const string Password = "plum-tractor-97";
    private const string Script = "<script>alert(1)</script>";
    private const string Escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_administrator_sees_all_of_it_and_user_text_stays_text()
    {
        foreach (var (path, shown) in new (string, string[])[]
        {
            ("/admin", ["database", "healthy", "Up since", "What was asked since the server started"]),
            ("/admin/workspace", ["Settings", "Archive", "Only count", "signs from"]),
            ("/admin/workspaces", [">team<", Escaped]),
            ("/admin/people", [">eve<", Escaped, "Add a person"]),
            ($"/admin/people/{company.Eve}", ["eve", "viewer", "Reset second factor", Escaped]),
            ("/admin/groups", [">crew<"]),
            ($"/admin/groups/{company.Crew}?add=ro", [">eve<", "Add root"]),
            ("/admin/service-accounts", [">trainer<", "workspace default"]),
            ($"/admin/service-accounts/{company.Trainer}", ["nightly", "active", "New token"]),
            ("/admin/access", ["eve", "viewer", "platform-admin", "everywhere"]),
            ("/admin/quotas", ["Storage", "no limit"]),
            ("/admin/jobs", ["tracking.gc"]),
            ($"/admin/jobs/{company.Job}", ["tracking.gc", "State"]),
            ("/account", ["My tokens", "Second factor", "platform-admin", "This session ends"]),
        })
        {
            var (status, page) = await company.PageAsync(path, company.Root);
            Assert.True(status is HttpStatusCode.OK, $"{path}: {(int)status} {page}");
            foreach (var text in shown)
                Assert.True(page.Contains(text, StringComparison.Ordinal), $"{path} does not show '{text}': {page}");
            Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
            Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
            Assert.DoesNotContain(company.Secret, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_person_with_one_role_is_told_who_may_see_the_rest()
    {
        foreach (var path in new[] { "/admin/people", "/admin/groups", "/admin/service-accounts", "/costs/leaderboard" })
        {
            var (status, page) = await company.PageAsync(path, company.EveCookie);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Contains("This is not shown to you", page, StringComparison.Ordinal);
            Assert.DoesNotContain("crew", page, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await company.PageAsync($"/admin/people/{company.Eve}", company.EveCookie)).Status);
        Assert.Contains("My tokens", (await company.PageAsync("/account", company.EveCookie)).Text, StringComparison.Ordinal);
        Assert.Contains("What is measured", (await company.PageAsync("/costs/prices", company.EveCookie)).Text, StringComparison.Ordinal);
        var (other, text) = await company.PageAsync("/w/team/admin/access", company.EveCookie);
        Assert.True(other is HttpStatusCode.NotFound or HttpStatusCode.Forbidden || text.Contains("This is not shown to you", StringComparison.Ordinal), $"{other} {text}");
    }

    [Fact]
    public async Task People_are_found_by_a_part_of_their_names_or_address()
    {
        Assert.Equal(["eve"], await NamesAsync("q=EV"));
        Assert.Equal(["eve"], await NamesAsync("q=Script"));
        Assert.Equal(["eve"], await NamesAsync("q=example.com"));
        Assert.Empty(await NamesAsync("q=%25"));
        Assert.Empty(await NamesAsync("q=e_e"));
        Assert.Equal(["eve", "root"], await NamesAsync("q="));
        var page = (await company.PageAsync("/admin/people?q=ev", company.Root)).Text;
        Assert.Contains(">eve<", page, StringComparison.Ordinal);
        Assert.DoesNotContain($">root</a>", page, StringComparison.Ordinal);
        using var answer = await company.SendAsync(HttpMethod.Get, $"/api/v1/people?q={new string('a', 300)}", null, company.Root);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Tables_are_files_too()
    {
        var (_, people) = await company.PageAsync("/admin/people?csv=people", company.Root);
        Assert.StartsWith("Name,Called,Address,State,Made,By\r\neve,", people, StringComparison.Ordinal);
        var (_, grants) = await company.PageAsync("/admin/access?subject=eve&csv=grant-table", company.Root);
        Assert.Contains("eve,viewer,the workspace,root", grants, StringComparison.Ordinal);
        Assert.DoesNotContain("crew", grants, StringComparison.Ordinal);
    }

    private async Task<string[]> NamesAsync(string query)
    {
        using var answer = await company.SendAsync(HttpMethod.Get, $"/api/v1/people?{query}", null, company.Root);
        answer.EnsureSuccessStatusCode();
        var found = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["principals"]?.AsArray() ?? [];
        return [.. found.Select(static one => (string)one!["name"]!)];
    }

    /// <summary>A server with an administrator, a viewer, a group, a service account, a second workspace and a job.</summary>
    public sealed class Company : IAsyncLifetime
    {
        private ServerProcess _server = null!;
        private readonly Dictionary<string, string> _csrf = [];

        /// <summary>Cookie of the administrator.</summary>
        public string Root { get; private set; } = "";

        /// <summary>Cookie of the viewer.</summary>
        public string EveCookie { get; private set; } = "";

        /// <summary>Ids of what was made.</summary>
        public string Eve { get; private set; } = "";

        /// <summary>Of the group.</summary>
        public string Crew { get; private set; } = "";

        /// <summary>Of the service account.</summary>
        public string Trainer { get; private set; } = "";

        /// <summary>Of a job.</summary>
        public string Job { get; private set; } = "";

        /// <summary>Secret of a token, which no page may show.</summary>
        public string Secret { get; private set; } = "";

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            _server = await ServerProcess.StartAsync(["--log-level", "Warning"], cancel: Cancel);
            (await _server.Client.PostAsJsonAsync("/api/v1/admin/init", new { name = "root", password = Password }, Cancel)).EnsureSuccessStatusCode();
            Root = await SignInAsync("root");
            Eve = (string)(await MakeAsync("people", new { name = "eve", display_name = Script, email = "eve@example.com", password = Password }))["principal_id"]!;
            EveCookie = await SignInAsync("eve");
            await MakeAsync("grants", new { subject = "eve", role = "viewer" });
            Crew = (string)(await MakeAsync("groups", new { name = "crew", display_name = Script }))["principal_id"]!;
            (await SendAsync(HttpMethod.Put, $"/api/v1/groups/{Crew}/members/{Eve}", null, Root)).Dispose();
            Trainer = (string)(await MakeAsync("service-accounts", new { name = "trainer", workspace = "default" }))["principal_id"]!;
            Secret = (string)(await MakeAsync($"service-accounts/{Trainer}/tokens", new { name = "nightly" }))["secret"]!;
            await MakeAsync("workspaces", new { name = "team", display_name = Script });
            Job = (string)(await MakeAsync("gc", new { older_than = "P30D", dry_run = true }))["job_id"]!;
        }

        /// <inheritdoc/>
        public ValueTask DisposeAsync() => _server.DisposeAsync();

        /// <summary>A page as somebody sees it.</summary>
        public async Task<(HttpStatusCode Status, string Text)> PageAsync(string path, string cookie)
        {
            using var answer = await SendAsync(HttpMethod.Get, path, null, cookie);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }

        /// <summary>A request in somebody's name.</summary>
        public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, string cookie)
        {
            using var request = new HttpRequestMessage(method, path) { Headers = { { "Cookie", cookie }, { "X-Orrery-CSRF", _csrf[cookie] } } };
            if (body is not null)
                request.Content = JsonContent.Create(body);
            return await _server.Client.SendAsync(request, Cancel);
        }

        private async Task<JsonNode> MakeAsync(string path, object body)
        {
            using var answer = await SendAsync(HttpMethod.Post, "/api/v1/" + path, body, Root);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
            return JsonNode.Parse(text)!;
        }

        private async Task<string> SignInAsync(string name)
        {
            using var answer = await _server.Client.PostAsJsonAsync("/api/v1/session", new { name, password = Password }, Cancel);
            answer.EnsureSuccessStatusCode();
            var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
            _csrf[cookie] = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["csrf_token"]!;
            return cookie;
        }
    }
}
