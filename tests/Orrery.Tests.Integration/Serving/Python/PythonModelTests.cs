using System.Text.Json.Nodes;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Models in Python workers, without a server around them.</summary>
public sealed class PythonModelTests(PythonModels models) : IClassFixture<PythonModels>
{
    [Theory]
    [InlineData("lr")]
    [InlineData("lr-named")]
    [InlineData("regression")]
    [InlineData("forest")]
    [InlineData("pipeline")]
    [InlineData("xgb")]
    [InlineData("booster")]
    public async Task It_answers_what_the_library_itself_does(string name)
    {
        var expected = models.Expected(name);
        await using var model = await models.OpenAsync(name);

        PythonAsk.Same(expected["predict"]!, await model.AskAsync(expected["instances"]!.ToJsonString()));
        PythonAsk.Same(expected["predict"]![1]!, (await model.AskAsync($"[{expected["instances"]![1]!.ToJsonString()}]"))[0]);
        if (expected["predict_proba"] is { } probabilities)
        {
            PythonAsk.Same(probabilities, await model.AskAsync(expected["instances"]!.ToJsonString(), "predict_proba"));
            PythonAsk.Same(probabilities, await model.AskAsync(expected["instances"]!.ToJsonString(), "probabilities"));
        }
    }

    [Fact]
    public async Task It_declares_what_the_signature_and_a_trial_run_say()
    {
        await using var model = await models.OpenAsync("pipeline");

        Assert.Equal(["city BYTES[-1]", "age INT64[-1]", "income FP64[-1]", "member BOOL[-1]"], model.Declaration.Inputs.Select(static input => $"{input.Name} {input}"));
        Assert.Equal(["predict BYTES[-1]", "predict_proba FP64[-1,2]", "decision_function FP64[-1]"], model.Declaration.Outputs.Select(static output => $"{output.Name} {output}"));
        PythonAsk.Same(new JsonArray("stays"), await model.AskAsync("""[{"member": true, "income": 3, "age": 80, "city": "Rom"}]"""));
        var wrong = await Assert.ThrowsAsync<TensorException>(() => model.AskAsync("""[{"member": true, "income": 3, "age": 80}]"""));
        Assert.Equal("Instance 0 has no 'city'; the model wants city, age, income, member.", wrong.Message);
    }

    [Fact]
    public async Task A_wrong_request_is_told_why_and_harms_nobody()
    {
        await using var model = await models.OpenAsync("lr");

        var shape = await Assert.ThrowsAsync<TensorException>(() => model.AskAsync("[[1, 2, 3]]"));
        Assert.Equal("Input 'input' has the shape [1,3]; the model wants [-1,4], -1 for any size.", shape.Message);
        var missing = await Assert.ThrowsAsync<TensorException>(() => model.AskAsync("[[1, 2, 3, null]]"));
        Assert.StartsWith("The model refused the input: Input X contains NaN.", missing.Message, StringComparison.Ordinal);
        var output = await Assert.ThrowsAsync<TensorException>(() => model.AskAsync("[[1, 2, 3, 4]]", "odds"));
        Assert.Equal("The model has no output 'odds'; it has predict, predict_proba, decision_function.", output.Message);
        Assert.Single(await model.AskAsync("[[1, 2, 3, 4]]"));
    }

    [Fact]
    public async Task Code_that_comes_with_the_model_runs_unless_the_server_forbids_it()
    {
        await using var model = await models.OpenAsync("code");
        Assert.Equal("[[4,6]]", (await model.AskAsync("[[2, 3]]")).ToJsonString());

        var refused = await Assert.ThrowsAsync<ModelException>(() => models.OpenAsync("code", new PythonOptions { AllowCode = false }));
        Assert.Equal("The model brings code of its own (code), which this server does not allow.", refused.Message);
    }

    [Theory]
    [InlineData("evil-system", "The pickle imports posix.system,")]
    [InlineData("evil-old", "The pickle imports posix.system,")]
    [InlineData("evil-eval", "The pickle imports builtins.eval,")]
    [InlineData("evil-dotted", "The pickle imports sklearn.base.os.path.join,")]
    [InlineData("evil-hidden", "The pickle imports os.system,")]
    [InlineData("evil-network", "The pickle imports sklearn.datasets._base._fetch_remote,")]
    [InlineData("leads-out", "The path '../lr/model.pkl' leads out of the package.")]
    [InlineData("missing", "The model needs the Python package 'catboost', which is not installed here.")]
    [InlineData("torn", "model.pkl is no pickle:")]
    [InlineData("bomb", "model.pkl is no pickle:")]
    [InlineData("claims", "model.pkl is no pickle:")]
    [InlineData("broken", "The model's worker ended while it loaded the model (code 7). It wrote: the licence has run out")]
    public async Task What_cannot_or_must_not_be_loaded_says_why(string name, string reason)
    {
        var refused = await Assert.ThrowsAsync<ModelException>(() => models.OpenAsync(name));

        Assert.StartsWith(reason, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(models.Marker));
    }

    [Fact]
    public async Task A_python_that_is_not_there_is_named()
    {
        var refused = await Assert.ThrowsAsync<ModelException>(() => models.OpenAsync("lr", new PythonOptions { Executable = "/nowhere/python3" }));

        Assert.StartsWith("There is no Python to run the model: '/nowhere/python3' (Orrery:Serving:Python:Executable) cannot be started:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_gets_at_nothing_that_is_not_its_own()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The sandbox is of Linux.");
        var secret = Path.Combine(models.Folder, "secret");
        await File.WriteAllTextAsync(secret, "the key", TestContext.Current.CancellationToken);
        await using var model = await models.OpenAsync("prober");

        var found = (await model.AskAsync(new JsonArray(new JsonArray(secret, "")).ToJsonString())).ToDictionary(static row => (string)row![0]!, static row => (string)row![1]!);

        Assert.Equal("HOME,LANG,MKL_NUM_THREADS,NUMEXPR_NUM_THREADS,OMP_NUM_THREADS,OPENBLAS_NUM_THREADS,PATH,TMPDIR", found["environment"]);
        Assert.Equal("False", found["root"]);
        string[] refused = ["network", "unix", "program", "fork", "secret", "passwords", "model", "kill"];
        Assert.All(refused, what => Assert.Equal((what, "PermissionError"), (what, found[what])));
        Assert.Equal("1", found["own"]);
    }

    [Fact]
    public async Task Memory_is_limited()
    {
        await using var model = await models.OpenAsync("rows", new PythonOptions { MemoryMb = 256 });

        var failed = await Assert.ThrowsAsync<ModelException>(() => model.AskOneAsync(-4));

        Assert.StartsWith("The model failed: MemoryError", failed.Message, StringComparison.Ordinal);
        Assert.Equal(1, await model.AskOneAsync(0));
    }
}
