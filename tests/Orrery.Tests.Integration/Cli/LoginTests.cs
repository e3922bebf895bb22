using System.Net;
using System.Text;
using System.Text.Json;
using Orrery.Cli;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Signing in and out by the command line, against a real server and with a real file of profiles.</summary>
public sealed class LoginTests(OneServer one) : IClassFixture<OneServer>, IAsyncLifetime
{
    private const string Password = "plum-tractor-97";
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-login-").FullName;
    private readonly ServerProcess _server = one.Process;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Config => Path.Combine(_folder, "made", "config.json");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "password"), Password + "\n", Cancel);
        if (one.IsFirst())
            Assert.Equal(0, (await Mlops.RunAsync(_server, Cancel, "admin", "init", "--name", "root", "--password-file", Path.Combine(_folder, "password"))).ExitCode);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_code_typed_in_a_browser_signs_the_program_in_until_it_signs_out()
    {
        using var code = new AwaitedText("type: ");
        var login = RunAsync(code, new StringWriter(), ["login", "--days", "3", "--json"], withServer: true);
        var typed = (await code.Found.WaitAsync(TimeSpan.FromSeconds(30), Cancel)).Trim();
        using var browser = await SignedInAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync($"api/v1/device-authorizations/{typed}/approve", null, Cancel)).StatusCode);
        browser.DefaultRequestHeaders.Add("X-Orrery-CSRF", await CsrfAsync(browser));
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync($"api/v1/device-authorizations/{typed}/approve", null, Cancel)).StatusCode);
        var (exit, said) = await login;

        Assert.Equal(0, exit);
        using var answer = JsonDocument.Parse(said);
        Assert.Equal(("default", "root"), (answer.RootElement.GetProperty("profile").GetString(), answer.RootElement.GetProperty("user").GetString()));
        Assert.DoesNotContain("mlops_pat_", said + code, StringComparison.Ordinal);
        Assert.Contains("mlops_pat_", await File.ReadAllTextAsync(Config, Cancel), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Config));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(Config)!));
        }


        var (_, me) = await RunAsync(["whoami", "--json"]);
        Assert.Equal("token", JsonDocument.Parse(me).RootElement.GetProperty("method").GetString());
        Assert.Contains("root", (await RunAsync(["profile", "list"])).Said, StringComparison.Ordinal);
        Assert.DoesNotContain("mlops_pat_", (await RunAsync(["profile", "list", "--json"])).Said, StringComparison.Ordinal);

        var token = JsonDocument.Parse(await File.ReadAllTextAsync(Config, Cancel)).RootElement.GetProperty("profiles").GetProperty("default").GetProperty("token").GetString()!;
        Assert.Equal(0, (await RunAsync(["logout"])).ExitCode);
        Assert.Contains("tenancy.unknown_token", (await Mlops.RunAsync(_server, new Dictionary<string, string> { ["MLFLOW_TRACKING_TOKEN"] = token }, Cancel, "whoami", "--json")).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Refused, (await RunAsync(["whoami"])).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await RunAsync(["logout"])).ExitCode);
    }

    [Fact]
    public async Task A_token_of_ones_own_is_read_checked_and_kept_and_goes_to_its_server_alone()
    {
        var secret = await TokenAsync();
        var file = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(file, secret + "\n", Cancel);
        Assert.Equal(0, (await RunAsync(new StringWriter(), new StringWriter(), ["login", "--profile", "here", "--token-file", file, "--workspace", "default"], withServer: true)).ExitCode);
        Assert.Contains("root", (await RunAsync(["whoami", "--profile", "here"])).Said, StringComparison.Ordinal);

        // Another server that is named does not get it: here the same one by another name.
        var elsewhere = new UriBuilder(_server.BaseAddress) { Host = "localhost" }.Uri.ToString();
        Assert.Equal(ExitCodes.Refused, (await RunAsync(["whoami", "--profile", "here", "--server", elsewhere])).ExitCode);

        var wrong = Path.Combine(_folder, "wrong");
        await File.WriteAllTextAsync(wrong, secret[..^1] + (secret[^1] is 'a' ? 'b' : 'a'), Cancel);
        Assert.Equal(ExitCodes.Refused, (await RunAsync(new StringWriter(), new StringWriter(), ["login", "--profile", "other", "--token-file", wrong], withServer: true)).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await RunAsync(["profile", "show", "other"])).ExitCode);
        Assert.Equal(0, (await RunAsync(["logout", "--profile", "here", "--local"])).ExitCode);
        Assert.Contains("none", (await RunAsync(["profile", "show", "here"])).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_denied_or_given_up_on_keeps_nothing()
    {
        using var code = new AwaitedText("type: ");
        var login = RunAsync(code, new StringWriter(), ["login"], withServer: true);
        var typed = (await code.Found.WaitAsync(TimeSpan.FromSeconds(30), Cancel)).Trim();
        using var browser = await SignedInAsync();
        browser.DefaultRequestHeaders.Add("X-Orrery-CSRF", await CsrfAsync(browser));
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync($"api/v1/device-authorizations/{typed}/deny", null, Cancel)).StatusCode);
        Assert.Equal(ExitCodes.Refused, (await login).ExitCode);
        Assert.False(File.Exists(Config));

        // A token does not let programs in.
        using var robot = new HttpClient { BaseAddress = _server.BaseAddress };
        robot.DefaultRequestHeaders.Authorization = new("Bearer", await TokenAsync());
        using var refused = await robot.PostAsync($"api/v1/device-authorizations/{typed}/approve", null, Cancel);
        Assert.Contains("tenancy.session_needed", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var nobody = new HttpClient { BaseAddress = _server.BaseAddress };
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync($"api/v1/device-authorizations/{typed}", Cancel)).StatusCode);
    }

    private async Task<string> TokenAsync()
    {
        var root = new Dictionary<string, string> { ["MLFLOW_TRACKING_USERNAME"] = "root", ["MLFLOW_TRACKING_PASSWORD"] = Password };
        return (await Mlops.RunAsync(_server, root, Cancel, "tokens", "create", "t")).Out.Trim();
    }

    private async Task<HttpClient> SignedInAsync()
    {
        var browser = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = _server.BaseAddress };
        using var body = new StringContent($$"""{"name":"root","password":"{{Password}}"}""", Encoding.UTF8, "application/json");
        using var signedIn = await browser.PostAsync("api/v1/session", body, Cancel);
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        return browser;
    }

    private static async Task<string> CsrfAsync(HttpClient browser)
    {
        using var session = JsonDocument.Parse(await browser.GetStringAsync("api/v1/session", Cancel));
        return session.RootElement.GetProperty("csrf_token").GetString()!;
    }

    private Task<(int ExitCode, string Said)> RunAsync(string[] arguments) => RunAsync(new StringWriter(), new StringWriter(), arguments, withServer: false);

    private async Task<(int ExitCode, string Said)> RunAsync(TextWriter errors, StringWriter output, string[] arguments, bool withServer)
    {
        var host = new CliHost(output, errors, name => name is "ORRERY_CONFIG" ? Config : null, TimeProvider.System);
        string[] server = withServer ? ["--server", _server.BaseAddress.ToString()] : [];
        return (await MlopsCommand.RunAsync([.. arguments, .. server], host).WaitAsync(Cancel), output.ToString());
    }

    /// <summary>Tells what stands behind some words as soon as they are written.</summary>
    private sealed class AwaitedText(string words) : StringWriter
    {
        private readonly TaskCompletionSource<string> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Found => _found.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.IndexOf(words, StringComparison.Ordinal) is >= 0 and var at)
                _found.TrySetResult(value[(at + words.Length)..]);
        }
    }
}
