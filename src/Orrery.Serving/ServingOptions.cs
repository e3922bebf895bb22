using System.Text.RegularExpressions;

namespace Orrery.Serving;

/// <summary>Serving's settings: section <c>Orrery:Serving</c>.</summary>
public sealed partial class ServingOptions
{
    private static readonly string[] Reserved = ["api", "w", "v1", "v2", "ajax-api", "health", "metrics", "openapi", "version"];

    /// <summary>Environments that models are deployed to; each answers below <c>/{environment}/v1</c> and <c>/v2</c>.</summary>
    public string[] Environments { get; set; } = ["production", "staging", "development"];

    /// <summary>Environment of addresses without one, when <see cref="Hosts"/> does not say. Default production.</summary>
    public string DefaultEnvironment { get; set; } = "production";

    /// <summary>
    /// Environments whose traffic only versions with an approval get, separated by commas; <c>none</c> for none. Default production. One that is not among
    /// <see cref="Environments"/> is refused, but for the default.
    /// </summary>
    public string ApprovedEnvironments { get; set; } = "production";

    /// <summary>Environment by host name: <c>models-staging.example.com</c> to <c>staging</c>.</summary>
    public Dictionary<string, string> Hosts { get; set; } = [];

    /// <summary>Largest body of a prediction, MiB. Default 64.</summary>
    public int MaxBodyMb { get; set; } = 64;

    /// <summary>Requests at work at once for a deployment that says nothing itself, on this server. Default 256.</summary>
    public int Concurrency { get; set; } = 256;

    /// <summary>Memory that loaded models may take before idle ones are unloaded, MiB, estimated. Default 4,096.</summary>
    public int ModelMemoryMb { get; set; } = 4096;

    /// <summary>Largest model that is loaded, MiB. Default 2,048.</summary>
    public int MaxModelMb { get; set; } = 2048;

    /// <summary>Predictions that may wait to be logged; more are lost and counted. Default 8,192.</summary>
    public int LogQueue { get; set; } = 8192;

    /// <summary>Most memory of those that wait, MiB. Default 128.</summary>
    public int LogQueueMb { get; set; } = 128;

    /// <summary>A file of the prediction log is written after so many seconds. Default 10.</summary>
    public int LogFlushSeconds { get; set; } = 10;

    /// <summary>Or after so many rows. Default 50,000.</summary>
    public int LogFileRows { get; set; } = 50_000;

    /// <summary>
    /// Where a line of text goes for each prediction: <c>stdout</c>, or the path of a file that is appended to. Empty, the default: nowhere.
    /// </summary>
    public string PredictionLines { get; set; } = "";

    /// <summary>Requests that may wait to be shown to shadows; more are dropped and counted. Default 1,024.</summary>
    public int ShadowQueue { get; set; } = 1024;

    /// <summary>Shadows that answer at once on this server. Default 1.</summary>
    public int ShadowWorkers { get; set; } = 1;

    /// <summary>Models in Python.</summary>
    public PythonOptions Python { get; set; } = new();

    /// <summary>Models that endpoints elsewhere answer for.</summary>
    public RemoteOptions Remote { get; set; } = new();

    /// <summary>Batch predictions.</summary>
    public BatchOptions Batch { get; set; } = new();

    /// <summary>Whether only versions with an approval get an environment's traffic.</summary>
    public bool IsGoverned(string environment) => Governed().Contains(environment, StringComparer.Ordinal);

    /// <summary>The environments whose traffic only versions with an approval get.</summary>
    public IEnumerable<string> Governed() => ApprovedEnvironments == "none" ? [] : ApprovedEnvironments.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>All that is wrong with them.</summary>
    public IEnumerable<string> Problems()
    {
        if (Environments.Length == 0)
            yield return "Environments must name at least one.";
        foreach (var name in Environments.Where(static name => !Name().IsMatch(name) || Reserved.Contains(name)))
            yield return $"Environments: '{name}' must be lower-case letters, digits and dashes, up to 63, and none of {string.Join(", ", Reserved)}.";
        if (!Environments.Contains(DefaultEnvironment))
            yield return $"DefaultEnvironment is '{DefaultEnvironment}'; it must be one of {string.Join(", ", Environments)}.";
        foreach (var (host, name) in Hosts.Where(host => !Environments.Contains(host.Value)))
            yield return $"Hosts:{host} is '{name}'; it must be one of {string.Join(", ", Environments)}.";
        foreach (var name in Governed().Where(name => ApprovedEnvironments != "production" && !Environments.Contains(name)))
            yield return $"ApprovedEnvironments has '{name}'; it must be of {string.Join(", ", Environments)}, or be 'none' alone.";
        if (ApprovedEnvironments.Trim().Length == 0)
            yield return "ApprovedEnvironments is empty; it must name environments, or be 'none'.";
        if (MaxBodyMb is < 1 or > 1024)
            yield return "MaxBodyMb must be 1 to 1,024.";
        if (Concurrency is < 1 or > 100_000)
            yield return "Concurrency must be 1 to 100,000.";
        if (LogQueue is < 1 or > 1_000_000)
            yield return "LogQueue must be 1 to 1,000,000.";
        if (LogQueueMb is < 1 or > 65_536)
            yield return "LogQueueMb must be 1 to 65,536.";
        if (LogFlushSeconds is < 1 or > 3600)
            yield return "LogFlushSeconds must be 1 to 3,600.";
        if (LogFileRows is < 1 or > 10_000_000)
            yield return "LogFileRows must be 1 to 10,000,000.";
        if (ShadowQueue is < 1 or > 1_000_000)
            yield return "ShadowQueue must be 1 to 1,000,000.";
        if (ShadowWorkers is < 1 or > 64)
            yield return "ShadowWorkers must be 1 to 64.";
        if (ModelMemoryMb < 16)
            yield return "ModelMemoryMb must be at least 16.";
        if (MaxModelMb < 1)
            yield return "MaxModelMb must be at least 1.";
        foreach (var problem in Python.Problems().Concat(Remote.Problems()).Concat(Batch.Problems()))
            yield return problem;
    }

    [GeneratedRegex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex Name();
}
