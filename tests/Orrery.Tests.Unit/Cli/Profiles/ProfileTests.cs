using System.Text.Json;
using Orrery.Cli;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What wins: option, environment, profile, default; and who may read the file.</summary>
public sealed class ProfileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-profiles-").FullName;
    private readonly Dictionary<string, string> _environment = [];

    private string Config => Path.Combine(_folder, "orrery", "config.json");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_option_wins_over_the_environment_that_over_the_profile_that_over_the_default()
    {
        Assert.Equal("http://127.0.0.1:5000/", await ServerAsync());
        await OkAsync("profile", "set", "prod", "--server", "https://prod.example.com", "--workspace", "fraud");
        await OkAsync("profile", "set", "test", "--server", "https://test.example.com");
        Assert.Equal("https://prod.example.com/w/fraud/", await ServerAsync());
        Assert.Equal("https://prod.example.com/w/other/", await ServerAsync("--workspace", "other"));
        Assert.Equal("https://test.example.com/", await ServerAsync("--profile", "test"));
        _environment["ORRERY_PROFILE"] = "test";
        Assert.Equal("https://test.example.com/", await ServerAsync());
        Assert.Equal("https://prod.example.com/w/fraud/", await ServerAsync("--profile", "prod"));
        _environment["ORRERY_SERVER"] = "https://elsewhere.example.com";
        Assert.Equal("https://elsewhere.example.com/", await ServerAsync("--profile", "prod"));
        _environment["MLFLOW_TRACKING_URI"] = "https://mlflow.example.com";
        Assert.Equal("https://mlflow.example.com/", await ServerAsync());
        Assert.Equal("https://option.example.com/", await ServerAsync("--server", "https://option.example.com"));
    }

    [Fact]
    public async Task A_profile_that_is_named_must_exist_and_the_one_in_use_need_not()
    {
        await OkAsync("profile", "set", "prod", "--server", "https://prod.example.com");
        var run = await RunAsync(new StubServer(), "jobs", "list", "--profile", "prd");
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("There is no profile 'prd'. Right would be: prod.", run.Error, StringComparison.Ordinal);
        await OkAsync("profile", "delete", "prod", "--yes");
        Assert.Equal("http://127.0.0.1:5000/", await ServerAsync());
        Assert.Equal(ExitCodes.Usage, (await RunAsync(new StubServer(), "profile", "use", "prod")).ExitCode);
    }

    [Fact]
    public async Task A_profiles_token_is_sent_to_its_server_and_to_no_other()
    {
        await TokenAsync("prod", "https://prod.example.com", "mlops_pat_secret");
        Assert.Equal("Bearer mlops_pat_secret", await SentAsync());
        Assert.Equal("Bearer mlops_pat_secret", await SentAsync("--server", "https://PROD.example.com:443/base"));
        foreach (var other in (string[])["http://prod.example.com", "https://prod.example.com:8443", "https://prod.example.com.evil.test", "https://evil.test"])
            Assert.Null(await SentAsync("--server", other));
        _environment["MLFLOW_TRACKING_TOKEN"] = "mlops_pat_own";
        Assert.Equal("Bearer mlops_pat_own", await SentAsync());
        _environment.Clear();
        _environment["MLFLOW_TRACKING_USERNAME"] = "ada";
        Assert.StartsWith("Basic ", await SentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_server_in_a_profile_takes_its_token_away()
    {
        await TokenAsync("prod", "https://prod.example.com", "mlops_pat_secret");
        await OkAsync("profile", "set", "prod", "--workspace", "fraud");
        Assert.Equal("Bearer mlops_pat_secret", await SentAsync());
        await OkAsync("profile", "set", "prod", "--server", "https://new.example.com");
        Assert.Null(await SentAsync());
        Assert.DoesNotContain("mlops_pat_secret", await File.ReadAllTextAsync(Config, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_others_may_read_is_refused_while_a_token_is_in_it()
    {
        if (OperatingSystem.IsWindows())
            return;
        await OkAsync("profile", "set", "prod", "--server", "https://prod.example.com");
        File.SetUnixFileMode(Config, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await ServerAsync();
        await TokenAsync("prod", "https://prod.example.com", "mlops_pat_secret");
        File.SetUnixFileMode(Config, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var run = await RunAsync(new StubServer(), "jobs", "list");
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("(mode 0604)", run.Error, StringComparison.Ordinal);
        Assert.Contains("chmod 600", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("mlops_pat_secret", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_none_of_profiles_says_where_it_is_wrong()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Config)!);
        await File.WriteAllTextAsync(Config, """{"current": 3""", Cancel);
        var run = await RunAsync(new StubServer(), "jobs", "list");
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(Config, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_made_at_once_are_all_there_and_a_link_stays_a_link()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Config)!);
        var real = Path.Combine(_folder, "real.json");
        await File.WriteAllTextAsync(real, "{}", Cancel);
        File.CreateSymbolicLink(Config, real);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(n => Task.Run(() => OkAsync("profile", "set", $"p{n}", "--server", "https://x.example.com"), Cancel)));
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(real, Cancel));
        Assert.Equal(12, document.RootElement.GetProperty("profiles").EnumerateObject().Count());
        Assert.NotNull(new FileInfo(Config).LinkTarget);
        Assert.Equal(["real.json", "real.json.lock"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Verbs_show_profiles_as_text_and_as_json_and_never_a_secret()
    {
        await TokenAsync("prod", "https://prod.example.com", "mlops_pat_secret");
        foreach (var verb in (string[][])[["profile", "list"], ["profile", "show"], ["profile", "show", "prod"], ["profile", "use", "prod"], ["profile", "set", "prod", "--workspace", "w"]])
        {
            var text = await OkAsync(verb);
            Assert.Contains("https://prod.example.com", text.Out, StringComparison.Ordinal);
            var json = await OkAsync([.. verb, "--json"]);
            using var document = JsonDocument.Parse(json.Out);
            Assert.DoesNotContain("mlops_pat_secret", text.Out + text.Error + json.Out + json.Error, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCodes.Usage, (await RunAsync(new StubServer(), "profile", "delete", "prod")).ExitCode);
        Assert.Contains("\"name\":\"prod\"", (await OkAsync("profile", "delete", "prod", "--yes", "--json")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData("a b")]
    [InlineData("../x")]
    public async Task A_name_for_a_profile_is_a_word(string name) =>
        Assert.Equal(ExitCodes.Usage, (await RunAsync(new StubServer(), "profile", "set", "--server", "https://x.example.com", "--", name)).ExitCode);

    private async Task TokenAsync(string name, string server, string token)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Config)!);
        await new ProfileFile(Config).ChangeAsync(
            document => document with { Current = name, Profiles = new(document.Profiles) { [name] = new() { Server = server, Token = token } } }, TimeProvider.System, Cancel);
    }

    private async Task<string> ServerAsync(params string[] options)
    {
        var server = new StubServer().Answer("""{"jobs":[]}""");
        Assert.Equal(0, (await RunAsync(server, ["jobs", "list", .. options])).ExitCode);
        return server.Requests[0].Url.GetLeftPart(UriPartial.Path).Replace("api/v1/jobs", "", StringComparison.Ordinal);
    }

    private async Task<string?> SentAsync(params string[] options)
    {
        var server = new StubServer().Answer("""{"jobs":[]}""");
        Assert.Equal(0, (await RunAsync(server, ["jobs", "list", .. options])).ExitCode);
        return server.Messages[0].Headers.Authorization?.ToString();
    }

    private async Task<CliRun> OkAsync(params string[] args)
    {
        var run = await RunAsync(new StubServer(), args);
        Assert.True(run.ExitCode is 0, $"{string.Join(' ', args)}: {run.Error}");
        return run;
    }

    private async Task<CliRun> RunAsync(StubServer server, params string[] args)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var host = new CliHost(output, errors, name => name is "XDG_CONFIG_HOME" ? _folder : _environment.GetValueOrDefault(name), TimeProvider.System) { Handler = () => server };
        return new(await MlopsCommand.RunAsync(args, host), output.ToString(), errors.ToString());
    }
}
