using Microsoft.Extensions.Configuration;
using Orrery.Server;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class SettingsTests
{
    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var settings = Load([]);
        Assert.Empty(settings.Problems());
        Assert.Equal(["http://127.0.0.1:5000"], settings.Server.Urls);
        Assert.Equal(64L * 1024 * 1024, settings.Server.Http.MaxRequestBody);
    }

    [Fact]
    public void Settings_that_are_named_by_the_operator_are_texts_or_sections()
    {
        var settings = Load(
            [], ("Orrery__Serving__Hosts__models.example.com", "staging"), ("Orrery__Serving__Remote__Hosts__0", "triton:8000"),
            ("Orrery__Serving__Remote__Secrets__triton__Value", "Bearer x"), ("Orrery__Serving__Remote__Secrets__triton__Hosts__0", "triton"));

        var serving = settings.Read<Orrery.Serving.ServingOptions>("Serving", static options => options.Problems());

        Assert.Empty(settings.Problems());
        Assert.Equal("staging", serving.Hosts["models.example.com"]);
        Assert.Equal(("Bearer x", "triton"), (serving.Remote.Secrets["triton"].Value, Assert.Single(serving.Remote.Secrets["triton"].Hosts)));
    }

    [Fact]
    public void The_command_line_wins_over_the_environment()
    {
        var settings = Load(["--shutdown-timeout=5s"], ("Orrery__ShutdownTimeout", "7s"), ("Orrery__Http__MaxRequestBody", "1GiB"));
        Assert.Empty(settings.Problems());
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Server.ShutdownTimeout);
        Assert.Equal(1L << 30, settings.Server.Http.MaxRequestBody);
    }

    [Fact]
    public void All_problems_are_listed_at_once()
    {
        var settings = Load(
            ["--nonsense", "--urls", "http://0.0.0.0:5000;https://127.0.0.1:5001", "--log-level", "loud"],
            ("Orrery__Http__Compresion", "Auto"),
            ("Orrery__Http__KeepAlive", "5"),
            ("Orrery__Metrics__MaxSeries", "3"),
            ("Orrery__Nowhere__X", "1"));
        var problems = settings.Problems();
        Assert.Collection(
            problems.Order(StringComparer.Ordinal),
            problem => Assert.Contains("'--nonsense' is not a flag", problem, StringComparison.Ordinal),
            problem => Assert.Contains("did you mean Compression?", problem, StringComparison.Ordinal),
            problem => Assert.Contains("Orrery:Http:KeepAlive is '5'; it must be a duration", problem, StringComparison.Ordinal),
            problem => Assert.Contains("Orrery:Log:Level is 'loud'; it must be one of Trace,", problem, StringComparison.Ordinal),
            problem => Assert.Contains("Orrery:Metrics:MaxSeries is 3; it must be 10 to 100000.", problem, StringComparison.Ordinal),
            problem => Assert.Contains("Orrery:Nowhere is not a setting", problem, StringComparison.Ordinal),
            problem => Assert.Contains("https://127.0.0.1:5001, but no certificate", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_and_its_file_together_are_refused()
    {
        var problems = Load([], ("Orrery__Otlp__Headers", "x=1"), ("Orrery__Otlp__HeadersFile", "/no/such/file")).Problems();
        Assert.Contains(problems, problem => problem.StartsWith("Both Orrery:Otlp:Headers and", StringComparison.Ordinal));
    }

    [Fact]
    public void A_module_reads_its_own_section()
    {
        var settings = Load([], ("Orrery__Module__Size", "2MiB"), ("Orrery__Module__Names", "a; b"));
        var module = settings.Read<ModuleOptions>("Module", options => options.Size > 1024 ? ["Orrery:Module:Size is large."] : []);
        Assert.Equal(["a", "b"], module.Names);
        Assert.Equal(["Orrery:Module:Size is large."], settings.Problems());
    }

    [Theory]
    [InlineData("http://127.0.0.1:5000", true)]
    [InlineData("http://127.8.8.8:1", true)]
    [InlineData("http://localhost:5000", true)]
    [InlineData("http://[::1]:5000", true)]
    [InlineData("http://unix:/run/orrery.sock", true)]
    [InlineData("http://0.0.0.0:5000", false)]
    [InlineData("http://[::]:5000", false)]
    [InlineData("http://*:5000", false)]
    [InlineData("http://+:5000", false)]
    [InlineData("http://10.0.0.1:5000", false)]
    [InlineData("http://orrery.example.com:5000", false)]
    [InlineData("http://localhost.example.com:5000", false)]
    [InlineData("http://[::ffff:10.0.0.1]:5000", false)]
    public void Only_addresses_of_this_machine_alone_need_no_identity(string url, bool alone)
    {
        Assert.Empty(Load(["--urls", url]).Problems());
        Assert.Equal(alone, !Bindings.OpenProblems([url]).Any());
    }

    [Theory]
    [InlineData("127.0.0.1:5000")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:5000/base")]
    [InlineData("")]
    public void What_is_no_address_is_refused(string url) => Assert.NotEmpty(Load(["--urls", url]).Problems());

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("1.5s", 1500)]
    [InlineData("2min", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("00:00:30", 30_000)]
    public void Durations_are_written_as_people_do(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), SettingText.Parse(text, typeof(TimeSpan)).Value);

    [Theory]
    [InlineData("65536", 65536)]
    [InlineData("64KiB", 65536)]
    [InlineData("64k", 65536)]
    [InlineData("1 GiB", 1L << 30)]
    public void Sizes_are_written_as_people_do(string text, long bytes) =>
        Assert.Equal(bytes, SettingText.Parse(text, typeof(long)).Value);

    [Theory]
    [InlineData("9999999999TiB")]
    [InlineData("-1")]
    [InlineData("1.5GiB")]
    [InlineData("lots")]
    public void Sizes_that_are_none_are_refused(string text) => Assert.NotNull(SettingText.Parse(text, typeof(long)).Expected);

    private static Settings Load(string[] args, params (string Name, string Value)[] environment)
    {
        var problems = new List<string>();
        var arguments = CommandLine.Parse(args, problems);
        using var configuration = new ConfigurationManager();
        return SettingSources.Load(configuration, arguments, environment.Select(variable => KeyValuePair.Create(variable.Name, (string?)variable.Value)), problems);
    }

    private sealed class ModuleOptions
    {
        public long Size { get; set; }

        public string[] Names { get; set; } = [];
    }
}
