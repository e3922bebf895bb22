using System.Text.Json;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>People, groups, service accounts, tokens and second factors by the command line, against a real server.</summary>
public sealed class IdentityCliTests(OneServer one) : IClassFixture<OneServer>, IAsyncLifetime
{
    private const string Good = "plum-tractor-97";
    private const string Other = "window-kettle-31";
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-identity-cli-").FullName;
    private readonly ServerProcess _server = one.Process;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string GoodFile => Path.Combine(_folder, "good");

    private string OtherFile => Path.Combine(_folder, "other");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(GoodFile, Good + "\n", Cancel);
        await File.WriteAllTextAsync(OtherFile, Other + "\n", Cancel);
        if (one.IsFirst())
            await OkAsync(Nobody, "admin", "init", "--name", "root", "--password-file", GoodFile);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_group_gives_its_members_its_roles_while_they_are_in_it()
    {
        var ada = await PersonAsync("ada1");
        await OkAsync(Root, "workspace", "create", "red1");
        var group = Field(await OkAsync(Root, "groups", "create", "scientists", "--display-name", "Team Red", "--json"), "principal_id");
        Assert.StartsWith("grp_", group, StringComparison.Ordinal);
        await OkAsync(Root, "--workspace", "red1", "access", "grant", "scientists", "viewer");
        await FailsAsync(3, As("ada1"), "--workspace", "red1", "workspace", "show");

        await OkAsync(Root, "groups", "add", group, ada);
        await OkAsync(As("ada1"), "--workspace", "red1", "workspace", "show");
        Assert.Equal(ada, (await OkAsync(Root, "groups", "members", group, "--quiet")).Trim());
        Assert.Contains("Team Red", await OkAsync(Root, "groups", "list"), StringComparison.Ordinal);
        Assert.Contains(group, await OkAsync(As("ada1"), "whoami"), StringComparison.Ordinal);

        await OkAsync(Root, "groups", "disable", group);
        await FailsAsync(3, As("ada1"), "--workspace", "red1", "workspace", "show");
        await OkAsync(Root, "groups", "enable", group);
        await OkAsync(As("ada1"), "--workspace", "red1", "workspace", "show");
        await OkAsync(Root, "groups", "remove", group, ada);
        await FailsAsync(3, As("ada1"), "--workspace", "red1", "workspace", "show");
        Assert.Contains("tenancy.member_not_found", await FailsAsync(3, Root, "groups", "remove", group, ada), StringComparison.Ordinal);

        Assert.Contains("tenancy.nested_group", await FailsAsync(2, Root, "groups", "add", group, group), StringComparison.Ordinal);
        Assert.Contains("tenancy.principal_not_found", await FailsAsync(3, Root, "groups", "add", group, "usr_nobody"), StringComparison.Ordinal);
        Assert.Contains("tenancy.name_taken", await FailsAsync(4, Root, "groups", "create", "ADA1"), StringComparison.Ordinal);
        Assert.Contains("tenancy.permission_denied", await FailsAsync(4, As("ada1"), "groups", "create", "mine"), StringComparison.Ordinal);
        await OkAsync(Root, "groups", "delete", group, "--yes");
        Assert.Contains("tenancy.principal_not_found", await FailsAsync(3, Root, "groups", "members", group), StringComparison.Ordinal);
        // A person is no group.
        Assert.Contains("tenancy.principal_not_found", await FailsAsync(3, Root, "groups", "delete", ada, "--yes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_account_works_by_its_tokens_until_it_is_disabled_or_they_are_revoked()
    {
        await OkAsync(Root, "workspace", "create", "red2");
        Assert.Contains("tenancy.workspace_not_found", await FailsAsync(3, Root, "--workspace", "nowhere", "service-accounts", "create", "robot"), StringComparison.Ordinal);
        var robot = Field(await OkAsync(Root, "--workspace", "red2", "service-accounts", "create", "robot", "--json"), "principal_id");
        await OkAsync(Root, "--workspace", "red2", "access", "grant", "robot", "viewer");
        var secret = (await OkAsync(Root, "tokens", "create", "nightly", "--service-account", robot)).Trim();
        Assert.StartsWith("mlops_svc_", secret, StringComparison.Ordinal);
        var token = (await OkAsync(Root, "tokens", "list", "--of", robot, "--quiet")).Trim();

        Assert.Contains("robot", await OkAsync(With(secret), "whoami"), StringComparison.Ordinal);
        await OkAsync(With(secret), "--workspace", "red2", "workspace", "show");
        var listed = await OkAsync(Root, "service-accounts", "list");
        Assert.Contains(robot, listed, StringComparison.Ordinal);
        Assert.Contains("red2", listed, StringComparison.Ordinal);

        await OkAsync(Root, "service-accounts", "disable", robot);
        Assert.Contains("tenancy.unknown_token", await FailsAsync(4, With(secret), "whoami"), StringComparison.Ordinal);
        Assert.Contains("tenancy.no_tokens", await FailsAsync(4, Root, "tokens", "create", "x", "--service-account", robot), StringComparison.Ordinal);
        await OkAsync(Root, "service-accounts", "enable", robot);
        await OkAsync(With(secret), "whoami");
        Assert.Contains("tenancy.token_not_found", await FailsAsync(3, Root, "tokens", "revoke", token, "--yes"), StringComparison.Ordinal);
        await OkAsync(Root, "tokens", "revoke", token, "--of", robot, "--yes");
        Assert.Contains("tenancy.unknown_token", await FailsAsync(4, With(secret), "whoami"), StringComparison.Ordinal);

        await OkAsync(Root, "service-accounts", "delete", robot, "--yes");
        Assert.Contains("tenancy.principal_not_found", await FailsAsync(3, Root, "service-accounts", "delete", robot, "--yes"), StringComparison.Ordinal);
        Assert.Contains("tenancy.principal_not_found", await FailsAsync(3, Root, "tokens", "create", "x", "--service-account", robot), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ones_own_tokens_are_made_listed_and_revoked_and_an_administrator_revokes_those_of_others()
    {
        var ada = await PersonAsync("ada3");
        var first = (await OkAsync(As("ada3"), "tokens", "create", "laptop", "--days", "7")).Trim();
        var second = (await OkAsync(As("ada3"), "tokens", "create", "desktop")).Trim();
        var listed = await OkAsync(With(first), "tokens", "list", "--json");
        using var page = JsonDocument.Parse(listed);
        var ids = page.RootElement.GetProperty("tokens").EnumerateArray().ToDictionary(
            static one => one.GetProperty("name").GetString()!, static one => one.GetProperty("token_id").GetString()!);

        await OkAsync(With(first), "tokens", "revoke", ids["laptop"], "--yes");
        Assert.Contains("tenancy.unknown_token", await FailsAsync(4, With(first), "whoami"), StringComparison.Ordinal);
        await OkAsync(With(second), "whoami");
        await FailsAsync(4, As("ada3"), "tokens", "list", "--of", ada);
        Assert.Contains(ids["desktop"], await OkAsync(Root, "tokens", "list", "--of", ada), StringComparison.Ordinal);
        await OkAsync(Root, "tokens", "revoke", ids["desktop"], "--of", ada, "--yes");
        Assert.Contains("tenancy.unknown_token", await FailsAsync(4, With(second), "whoami"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everybody_is_named_by_name_and_a_fresh_server_takes_a_service_account()
    {
        await PersonAsync("ada4");
        await OkAsync(Root, "people", "create", "guest", "--no-password");
        await OkAsync(Root, "groups", "create", "team");
        await OkAsync(Root, "service-accounts", "create", "ci");
        await OkAsync(Root, "groups", "add", "Team", "ADA4", "ci");
        Assert.Contains("ci", await OkAsync(Root, "groups", "members", "team"), StringComparison.Ordinal);
        await OkAsync(Root, "people", "disable", "ada4");
        await OkAsync(Root, "people", "enable", "ada4");
        Assert.Contains("tenancy.principal_not_found", await FailsAsync(3, Root, "people", "disable", "team"), StringComparison.Ordinal);

        var secret = (await OkAsync(Root, "tokens", "create", "t", "--service-account", "ci", "--permission", "tracking.read", "--permission", "identity.self", "--only-workspace", "default")).Trim();
        Assert.Contains("tracking.read", await OkAsync(Root, "tokens", "list", "--of", "ci"), StringComparison.Ordinal);
        var me = await OkAsync(With(secret), "whoami");
        Assert.Contains("tracking.read", me, StringComparison.Ordinal);
        Assert.Contains("default", me, StringComparison.Ordinal);
        Assert.Contains("tracking.read", await FailsAsync(2, Root, "tokens", "create", "t", "--permission", "tracking.reed"), StringComparison.Ordinal);

        var own = (await OkAsync(As("ada4"), "tokens", "create", "laptop")).Trim();
        await OkAsync(Root, "people", "password", "ada4", "--password-file", GoodFile, "--keep-tokens");
        await OkAsync(With(own), "whoami");
        await OkAsync(Root, "people", "password", "ada4", "--password-file", GoodFile);
        await FailsAsync(4, With(own), "whoami");
    }

    [Fact]
    public async Task A_workspace_has_roles_of_its_own()
    {
        await OkAsync(Root, "workspace", "create", "red5");
        await OkAsync(Root, "--workspace", "red5", "access", "roles", "put", "reader", "--description", "Reads runs", "--permission", "tracking.read");
        Assert.Contains("Reads runs", await OkAsync(Root, "--workspace", "red5", "access", "roles"), StringComparison.Ordinal);
        await OkAsync(Root, "--workspace", "red5", "access", "roles", "delete", "reader", "--yes");
        Assert.DoesNotContain("Reads runs", await OkAsync(Root, "--workspace", "red5", "access", "roles"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_changed_by_who_knows_it_and_by_an_administrator()
    {
        var ada = await PersonAsync("ada6");
        Assert.Contains(
            "tenancy.wrong_password",
            await FailsAsync(4, As("ada6"), "me", "password", "--password-file", OtherFile, "--new-password-file", OtherFile), StringComparison.Ordinal);
        var weak = Path.Combine(_folder, "weak");
        await File.WriteAllTextAsync(weak, "short", Cancel);
        Assert.Contains("tenancy.weak_password", await FailsAsync(2, As("ada6"), "me", "password", "--new-password-file", weak), StringComparison.Ordinal);
        Assert.Contains("--new-password-file", await FailsAsync(2, As("ada6"), "me", "password"), StringComparison.Ordinal);

        await OkAsync(As("ada6"), "me", "password", "--new-password-file", OtherFile);

        Assert.Contains("tenancy.wrong_password", await FailsAsync(4, As("ada6"), "whoami"), StringComparison.Ordinal);
        await OkAsync(As("ada6", Other), "whoami");
        await OkAsync(Root, "people", "password", ada, "--password-file", GoodFile);
        await OkAsync(As("ada6"), "whoami");
        await OkAsync(Root, "people", "disable", ada);
        await FailsAsync(4, As("ada6"), "whoami");
        Assert.Contains("disabled", await OkAsync(Root, "people", "list"), StringComparison.Ordinal);
        await OkAsync(Root, "people", "delete", ada, "--yes");
        Assert.Contains("tenancy.principal_not_found", await FailsAsync(3, Root, "people", "password", ada, "--password-file", GoodFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_factor_is_set_up_asked_for_by_a_workspace_renewed_and_removed()
    {
        var ada = await PersonAsync("ada7");
        await OkAsync(Root, "workspace", "create", "red7");
        await OkAsync(Root, "--workspace", "red7", "access", "grant", "ada7", "viewer");
        await OkAsync(Root, "--workspace", "red7", "workspace", "update", "--needs-second-factor", "true");
        Assert.Contains("tenancy.second_factor_required", await FailsAsync(4, As("ada7"), "--workspace", "red7", "workspace", "show"), StringComparison.Ordinal);
        Assert.Contains("off", await OkAsync(As("ada7"), "me", "second-factor", "status"), StringComparison.Ordinal);

        Assert.Contains("tenancy.wrong_password", await FailsAsync(4, As("ada7"), "me", "second-factor", "enable", "--password-file", OtherFile), StringComparison.Ordinal);
        var setup = await OkAsync(As("ada7"), "me", "second-factor", "enable", "--json");
        Assert.StartsWith("otpauth://totp/Orrery:ada7?secret=", Field(setup, "uri"), StringComparison.Ordinal);
        var device = new Authenticator(Field(setup, "secret"));
        Assert.Contains("tenancy.wrong_code", await FailsAsync(4, As("ada7"), "me", "second-factor", "confirm", "12345"), StringComparison.Ordinal);
        var codes = (await OkAsync(As("ada7"), "me", "second-factor", "confirm", device.CodeAt(TimeProvider.System.GetUtcNow()))).Trim().Split(' ');
        Assert.Equal(10, codes.Length);

        Assert.Contains("tenancy.second_factor_needed", await FailsAsync(4, As("ada7"), "whoami"), StringComparison.Ordinal);
        Assert.Contains("tenancy.wrong_code", await FailsAsync(4, As("ada7", code: "000000"), "whoami"), StringComparison.Ordinal);
        var token = With((await OkAsync(As("ada7", code: codes[0]), "tokens", "create", "laptop")).Trim());
        await OkAsync(token, "--workspace", "red7", "workspace", "show");
        Assert.Contains("9", await OkAsync(token, "me", "second-factor", "status"), StringComparison.Ordinal);

        var fresh = (await OkAsync(token, "me", "second-factor", "recovery-codes", "--code", codes[1], "--password-file", GoodFile)).Trim().Split(' ');
        Assert.Contains("tenancy.wrong_code", await FailsAsync(4, token, "me", "second-factor", "disable", "--code", codes[2], "--password-file", GoodFile), StringComparison.Ordinal);
        await OkAsync(token, "me", "second-factor", "disable", "--code", fresh[0], "--password-file", GoodFile);
        await OkAsync(As("ada7"), "whoami");

        var again = await OkAsync(As("ada7"), "me", "second-factor", "enable", "--json");
        await OkAsync(As("ada7"), "me", "second-factor", "confirm", new Authenticator(Field(again, "secret")).CodeAt(TimeProvider.System.GetUtcNow()));
        await FailsAsync(4, As("ada7"), "whoami");
        await OkAsync(Root, "people", "reset-second-factor", ada);
        await OkAsync(As("ada7"), "whoami");
        foreach (var action in (string[])["begin", "confirm", "use-recovery-code", "recovery-codes", "remove"])
            Assert.Contains("second-factor." + action, await PlatformTrailAsync(), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Nobody => [];

    private static Dictionary<string, string> Root => As("root");

    private static Dictionary<string, string> As(string name, string password = Good, string? code = null) => new()
    {
        ["MLFLOW_TRACKING_USERNAME"] = name,
        ["MLFLOW_TRACKING_PASSWORD"] = password,
        ["ORRERY_CODE"] = code ?? "",
    };

    private static Dictionary<string, string> With(string token) => new() { ["MLFLOW_TRACKING_TOKEN"] = token };

    private static string Field(string json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(name).GetString()!;
    }

    private async Task<string> PersonAsync(string name) =>
        Field(await OkAsync(Root, "people", "create", name, "--password-file", GoodFile, "--json"), "principal_id");

    private async Task<string> PlatformTrailAsync()
    {
        await using var database = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_server.DataDir, "orrery.db")};Pooling=False;Mode=ReadOnly");
        await database.OpenAsync(Cancel);
        await using var command = database.CreateCommand();
        command.CommandText = "select cast(body as text) from aud_inbox where tenant_id = 0 union all select cast(body as text) from aud_entry where tenant_id = 0";
        await using var rows = await command.ExecuteReaderAsync(Cancel);
        var text = new System.Text.StringBuilder();
        while (await rows.ReadAsync(Cancel))
            text.AppendLine(rows.GetString(0));
        return text.ToString();
    }

    private async Task<string> OkAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        var (code, said, error) = await Mlops.RunAsync(_server, environment, Cancel, arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}: {said} {error}");
        return said;
    }

    /// <summary>What a verb said that ended with this code; as JSON, which has the code of the failure.</summary>
    private async Task<string> FailsAsync(int expected, Dictionary<string, string> environment, params string[] arguments)
    {
        var (code, said, error) = await Mlops.RunAsync(_server, environment, Cancel, [.. arguments, "--json"]);
        Assert.True(code == expected, $"{string.Join(' ', arguments)} ended with {code}, not {expected}: {said} {error}");
        return error;
    }
}
