using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Parameters and run tags: written once or overwritten, named within limits, cut when too long.</summary>
public abstract class ParamTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    private const string BadCharacters =
        "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).";

    [Fact]
    public async Task A_parameter_is_written_once()
    {
        var run = await NewRunAsync();
        (await LogAsync(run, "p", "1")).Gives("{}");
        (await LogAsync(run, "p", "1")).Gives("{}");
        (await LogAsync(run, "p", "2")).IsInvalid(
            $"Changing param values is not allowed. Param with key='p' was already logged with value='1' for run ID='{run}'. Attempted logging new value '2'.");
        Assert.Equal("1", (await RunAsync(run)).Value("run.data.params", "p"));
    }

    [Fact]
    public async Task A_value_may_be_empty_or_in_any_script()
    {
        var run = await NewRunAsync();
        (await LogAsync(run, "empty", "")).Gives("{}");
        (await LogAsync(run, "any", "日本語 \"\\\n\t 🚀")).Gives("{}");
        var after = await RunAsync(run);
        Assert.Equal("", after.Value("run.data.params", "empty"));
        Assert.Equal("日本語 \"\\\n\t 🚀", after.Value("run.data.params", "any"));
    }

    [Fact]
    public async Task A_value_is_cut_after_6000_characters()
    {
        var run = await NewRunAsync();
        (await LogAsync(run, "whole", Chars(6000))).Ok();
        (await LogAsync(run, "cut", Chars(6000) + "yz")).Ok();
        (await LogAsync(run, "cut", Chars(6000))).Ok();
        var after = await RunAsync(run);
        Assert.Equal(Chars(6000), after.Value("run.data.params", "whole"));
        Assert.Equal(Chars(6000), after.Value("run.data.params", "cut"));
    }

    [Fact]
    public async Task A_tag_is_cut_after_8000_characters()
    {
        var run = await NewRunAsync();
        (await Mlflow.PostAsync("runs/set-tag", new { run_id = run, key = "whole", value = Chars(8000) })).Ok();
        (await Mlflow.PostAsync("runs/set-tag", new { run_id = run, key = "cut", value = Chars(8001) })).Ok();
        var after = await RunAsync(run);
        Assert.Equal(8000, after.Value("run.data.tags", "whole")!.Length);
        Assert.Equal(8000, after.Value("run.data.tags", "cut")!.Length);
    }

    [Fact]
    public async Task Keys_have_at_most_250_characters()
    {
        var run = await NewRunAsync();
        (await LogAsync(run, Chars(250), "1")).Ok();
        (await LogAsync(run, Chars(251), "1")).IsInvalid();
        (await Mlflow.PostAsync("runs/set-tag", new { run_id = run, key = Chars(250), value = "1" })).Ok();
        (await Mlflow.PostAsync("runs/set-tag", new { run_id = run, key = Chars(251), value = "1" })).IsInvalid();
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = Chars(250), value = 1, timestamp = 1 })).Ok();
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key = Chars(251), value = 1, timestamp = 1 })).IsInvalid();
    }

    [Theory]
    [InlineData("a b.c-d_e/f:g")]
    [InlineData("0")]
    [InlineData("größe")]
    [InlineData("精度")]
    [InlineData("x²")]
    [InlineData("𝒳")]
    public async Task Keys_take_letters_of_any_script_and_some_signs(string key)
    {
        var run = await NewRunAsync();
        (await LogAsync(run, key, "v")).Ok();
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key, value = 1, timestamp = 1 })).Ok();
        Assert.Equal("v", (await RunAsync(run)).Value("run.data.params", key));
        Assert.Equal("1", (await RunAsync(run)).Value("run.data.metrics", key));
    }

    [Theory]
    [InlineData("m?")]
    [InlineData("a+b")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData("🚀")]
    [InlineData("a;b")]
    public async Task Other_signs_are_refused(string key)
    {
        var run = await NewRunAsync();
        (await LogAsync(run, key, "v")).IsInvalid().Saying(BadCharacters);
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key, value = 1, timestamp = 1 })).IsInvalid().Saying(BadCharacters);
        (await Mlflow.PostAsync("runs/set-tag", new { run_id = run, key, value = "v" })).IsInvalid().Saying(BadCharacters);
    }

    [Theory]
    [InlineData("../m", "../m")]
    [InlineData("a/../b", "b")]
    [InlineData("a//b", "a/b")]
    [InlineData("/a", "/a")]
    [InlineData("./a", "a")]
    [InlineData("a/", "a")]
    [InlineData("..", "..")]
    [InlineData(".", ".")]
    public async Task Keys_that_are_other_paths_are_refused(string key, string resolved)
    {
        var run = await NewRunAsync();
        (await Mlflow.PostAsync("runs/log-metric", new { run_id = run, key, value = 1, timestamp = 1 })).IsInvalid(
            $"Invalid value \"{key}\" for parameter 'name' supplied: Names may be treated as files in certain cases, "
            + $"and must not resolve to other names when treated as such. This name would resolve to '{resolved}'");
        (await LogAsync(run, key, "v")).IsInvalid();
        (await Mlflow.PostAsync("runs/set-tag", new { run_id = run, key, value = "v" })).IsInvalid();
    }

    [Fact]
    public async Task A_key_is_required()
    {
        var run = await NewRunAsync();
        (await Mlflow.PostAsync("runs/log-parameter", new { run_id = run, value = "v" })).Lacks("key");
        (await Mlflow.PostAsync("runs/set-tag", new { run_id = run, value = "v" })).Lacks("key");
        (await Mlflow.PostAsync("runs/delete-tag", new { run_id = run })).Lacks("key");
        (await Mlflow.PostAsync("runs/log-parameter", new { run_id = run, key = 5, value = "v" })).IsInvalid(
            "Invalid value 5 for parameter 'key' supplied:  Hint: Value was of type 'int'. See the API docs for more information about request parameters.");
    }

    private Task<Answer> LogAsync(string run, string key, string value) => Mlflow.PostAsync("runs/log-parameter", new { run_id = run, key, value });
}

public sealed class ParamsOnSqlite(Servers servers) : ParamTests(servers, Store.Sqlite);

public sealed class ParamsOnPostgres(Servers servers) : ParamTests(servers, Store.Postgres);
