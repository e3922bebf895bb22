using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Imports that are killed or cancelled, who may export and import, and the command line.</summary>
public sealed class ImportJobTests
{
    private const string Password = "correct-horse-battery-staple";
    private static readonly string[] ShortLease = ["--Orrery:Jobs:Lease=00:00:03", "--Orrery:Jobs:Poll=00:00:00.200", "--Orrery:Jobs:ProgressInterval=00:00:00.100"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_killed_in_mid_import_ends_it_after_its_restart()
    {
        await using var server = await TrackingServer.StartAsync(ShortLease);
        var red = new MovedWorkspace(server.Client, "red");
        await red.FillAsync(files: 1000);
        var archive = await red.ExportAsync();

        var (_, sent) = await MovedWorkspace.SendAsync(server.Client, archive, "blue");
        var id = (string)sent["job_id"]!;
        await InMidImportAsync(server);
        await server.KillAsync(Cancel);
        Assert.True(Files(server, "blue") < 1000, "It was over before it was killed.");
        await server.RestartAsync(Cancel);
        var early = await server.Client.GetStringAsync(new Uri("api/v1/workspaces", UriKind.Relative), Cancel);
        var job = await MovedWorkspace.EndAsync(server.Client, id);

        Assert.DoesNotContain("\"blue\"", early, StringComparison.Ordinal);
        Assert.Equal("succeeded", (string)job["state"]!);
        Assert.Equal(2, (int)job["attempts"]!);
        Assert.Equal(TarFile.Read(archive).Canonical(), TarFile.Read(await new MovedWorkspace(server.Client, "blue").ExportAsync()).Canonical());
    }

    [Fact]
    public async Task A_cancelled_import_leaves_nothing_and_nobody_sees_it_meanwhile()
    {
        await using var server = await TrackingServer.StartAsync(ShortLease);
        var red = new MovedWorkspace(server.Client, "red");
        await red.FillAsync(files: 1000);

        var (_, sent) = await MovedWorkspace.SendAsync(server.Client, await red.ExportAsync(), "blue");
        var id = (string)sent["job_id"]!;
        await InMidImportAsync(server);
        using var inside = await server.Client.GetAsync(new Uri("w/blue/api/v1/workspace", UriKind.Relative), Cancel);
        using var twin = await server.Client.PostAsJsonAsync(new Uri("api/v1/workspaces", UriKind.Relative), new { name = "blue" }, Cancel);
        using var cancelled = await server.Client.PostAsync(new Uri($"api/v1/workspaces/imports/{id}/cancel", UriKind.Relative), null, Cancel);
        var job = await MovedWorkspace.EndAsync(server.Client, id);
        // What is left is removed when somebody looks: at the latest after half a minute, and at every start.
        await server.RestartAsync(Cancel);

        Assert.Equal(HttpStatusCode.Conflict, inside.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, twin.StatusCode);
        Assert.Contains("tenancy.workspace_importing", await twin.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
        Assert.Equal("cancelled", (string)job["state"]!);
        await Eventually.HoldsAsync("nothing is left", () => Files(server, "blue") == 0 && Files(server, "_imports") == 0);
        using var again = await server.Client.PostAsJsonAsync(new Uri("api/v1/workspaces", UriKind.Relative), new { name = "blue" }, Cancel);
        Assert.True(again.IsSuccessStatusCode);
        Assert.Equal("[]", (await new MovedWorkspace(server.Client, "blue").PostAsync("runs/search", new { experiment_ids = new[] { "0", "1" } }))["runs"]?.ToJsonString() ?? "[]");
    }

    [Fact]
    public async Task Roles_go_to_people_of_the_same_names_and_strangers_take_nothing_out()
    {
        await using var here = await TrackingServer.StartAsync();
        await using var there = await TrackingServer.StartAsync();
        var red = new MovedWorkspace(here.Client, "red");
        await red.FillAsync();
        foreach (var server in new[] { here, there })
        {
            await SendAsync(server, null, HttpMethod.Post, "api/v1/admin/init", new { name = "root", password = Password });
            foreach (var name in server == here ? ["ann", "bob", "eve"] : new[] { "ann" })
                await SendAsync(server, "root", HttpMethod.Post, "api/v1/people", new { name, password = Password });
        }

        await SendAsync(here, "root", HttpMethod.Post, "api/v1/workspaces", new { name = "other" });
        foreach (var (who, role, where) in new[] { ("ann", "workspace-admin", "red"), ("ann", "labeller", "red"), ("bob", "viewer", "red"), ("eve", "workspace-admin", "other") })
            await SendAsync(here, "root", HttpMethod.Post, $"w/{where}/api/v1/grants", new { subject = who, role });
        var token = (string)JsonNode.Parse((await SendAsync(here, "ann", HttpMethod.Post, "api/v1/tokens", new { name = "mine" })).Body)!["secret"]!;

        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(here, "eve", HttpMethod.Get, "w/red/api/v1/workspace/export", null, mayFail: true)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(here, "bob", HttpMethod.Get, "w/red/api/v1/workspace/export", null, mayFail: true)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(there, "ann", HttpMethod.Post, "api/v1/workspaces/import", new { }, mayFail: true)).Status);

        here.Client.DefaultRequestHeaders.Authorization = Basic("ann");
        var archive = await red.ExportAsync();
        there.Client.DefaultRequestHeaders.Authorization = Basic("root");
        var job = await MovedWorkspace.ImportAsync(there.Client, archive, null);
        var grants = (await SendAsync(there, "ann", HttpMethod.Get, "w/red/api/v1/grants", null)).Body;
        var trail = (await SendAsync(there, "ann", HttpMethod.Get, "w/red/api/v1/audit/entries?action=workspace.import", null)).Body;

        Assert.Equal(2, (int)job["result"]!["grants"]!);
        Assert.Equal("viewer of bob: this server has no person of that name", (string)Assert.Single(job["result"]!["grants_left_out"]!.AsArray())!);
        Assert.Contains("labeller", grants, StringComparison.Ordinal);
        Assert.Contains("\"workspace.import\"", trail, StringComparison.Ordinal);
        Assert.Contains("workspace.export", TarFile.Read(archive).Text("audit.ndjson"), StringComparison.Ordinal);
        foreach (var secret in new[] { Password, token, MovedWorkspace.WebhookSecret })
            Assert.True(archive.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0);
    }

    [Fact]
    public async Task The_command_line_takes_a_workspace_out_and_in()
    {
        await using var here = await TrackingServer.StartAsync();
        await using var there = await TrackingServer.StartAsync();
        await new MovedWorkspace(here.Client, "red").FillAsync();
        var file = Path.Combine(here.DataDir, "red.tar");

        var exported = await Mlops.RunAsync(here, Cancel, "workspace", "export", "red", "--out", file, "--json");
        var told = await Mlops.RunAsync(here, Cancel, "workspace", "export", "red", "--out", file + "2");
        var again = await Mlops.RunAsync(here, Cancel, "workspace", "export", "red", "--out", file);
        var imported = await Mlops.RunAsync(there, Cancel, "workspace", "import", file, "--as", "green", "--json");
        var taken = await Mlops.RunAsync(there, Cancel, "workspace", "import", file, "--as", "amber");
        var twice = await Mlops.RunAsync(there, Cancel, "workspace", "import", file, "--as", "green");
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file, Cancel))[..^2048], Cancel);
        var cut = await Mlops.RunAsync(there, Cancel, "workspace", "import", file, "--as", "blue");
        var stranger = await Mlops.RunAsync(there, Cancel, "workspace", "import", Path.Combine(here.DataDir, "nothing.tar"));
        Assert.Equal((0, 0), (exported.ExitCode, imported.ExitCode));
        Assert.True((long)JsonNode.Parse(exported.Out)!["rows"]! > 20);
        Assert.Equal("green", (string)JsonNode.Parse(imported.Out)!["workspace"]!);
        Assert.Equal((string)JsonNode.Parse(exported.Out)!["sha256"]!, (string)JsonNode.Parse(imported.Out)!["archive_sha256"]!);
        foreach (var title in new[] { file + "2", "SHA-256", "Rows", "Files" })
            Assert.Contains(title, told.Out, StringComparison.Ordinal);
        foreach (var title in new[] { "amber", "red", "Roles given", (string)JsonNode.Parse(exported.Out)!["sha256"]! })
            Assert.Contains(title, taken.Out, StringComparison.Ordinal);
        Assert.Equal((0, 0), (told.ExitCode, taken.ExitCode));
        Assert.Equal((2, 4, 1, 1), (again.ExitCode, twice.ExitCode, cut.ExitCode, stranger.ExitCode));
        Assert.Contains("trailer.json", cut.Error, StringComparison.Ordinal);
    }

    private static Task InMidImportAsync(ServerProcess server) =>
        Eventually.HoldsAsync("some files have been written", () => Files(server, "blue") is > 50);

    private static int Files(ServerProcess server, string folder)
    {
        var path = Path.Combine(server.DataDir, "blobs", folder);
        return Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories).Length : 0;
    }

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(
        ServerProcess server, string? who, HttpMethod method, string path, object? body, bool mayFail = false)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (who is not null)
            request.Headers.Authorization = Basic(who);
        using var answer = await server.Client.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(mayFail || answer.IsSuccessStatusCode, $"{method} {path} as {who}: {(int)answer.StatusCode} {text}");
        return (answer.StatusCode, text);
    }

    private static AuthenticationHeaderValue Basic(string who) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{who}:{Password}")));
}
