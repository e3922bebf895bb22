using System.Globalization;
using System.Security.Cryptography;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>A test that speaks to a real server over HTTP, in a workspace of its own.</summary>
public abstract class MlflowTest(Servers servers, Store store) : IAsyncLifetime
{
    private readonly string _workspace = "t" + RandomNumberGenerator.GetHexString(20, lowercase: true);

    /// <summary>Says the requests: paths such as <c>runs/create</c> are below <c>/api/2.0/mlflow/</c>, others begin with a slash.</summary>
    protected Wire Mlflow { get; private set; } = null!;

    /// <summary>The process, for what concerns all workspaces.</summary>
    protected ServerProcess Server { get; private set; } = null!;

    /// <summary>Ends with the test.</summary>
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A run id that no run has.</summary>
    protected static string NoRun => new('0', 32);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Server = await servers.OnAsync(store);
        Mlflow = In(_workspace);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>The same server in another workspace, which is new to this test.</summary>
    protected Wire Elsewhere(string suffix) => In(_workspace + suffix);

    /// <summary>The wire without any prefix.</summary>
    protected Wire Bare() => new(Server.Client, "");

    /// <summary>Creates an experiment.</summary>
    /// <returns>Its id.</returns>
    protected async Task<string> NewExperimentAsync(string name = "e") =>
        (await Mlflow.PostAsync("experiments/create", new { name })).Ok().Text("experiment_id");

    /// <summary>Creates a run in the default experiment, started at 1000.</summary>
    /// <returns>Its id.</returns>
    protected Task<string> NewRunAsync(string experiment = "0", string name = "r") => NewRunAsync(new { experiment_id = experiment, run_name = name, start_time = 1000 });

    /// <summary>Creates a run as the body says.</summary>
    /// <returns>Its id.</returns>
    protected async Task<string> NewRunAsync(object body) => (await Mlflow.PostAsync("runs/create", body)).Ok().Text("run.info.run_id");

    /// <summary>The run as runs/get gives it: the object below <c>run</c>.</summary>
    protected async Task<Answer> RunAsync(string run) => (await Mlflow.GetAsync("runs/get", ("run_id", run))).Ok();

    /// <summary>Text of that many characters.</summary>
    protected static string Chars(int length, char of = 'x') => new(of, length);

    /// <summary>A number as JSON and URLs have it.</summary>
    protected static string Plain(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private Wire In(string workspace) => new(Server.Client, "/w/" + workspace);
}
