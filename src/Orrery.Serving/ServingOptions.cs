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

    /// <summary>Models in Python.</summary>
    public PythonOptions Python { get; set; } = new();

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
        if (MaxBodyMb is < 1 or > 1024)
            yield return "MaxBodyMb must be 1 to 1,024.";
        if (Concurrency is < 1 or > 100_000)
            yield return "Concurrency must be 1 to 100,000.";
        if (ModelMemoryMb < 16)
            yield return "ModelMemoryMb must be at least 16.";
        if (MaxModelMb < 1)
            yield return "MaxModelMb must be at least 1.";
        foreach (var problem in Python.Problems())
            yield return problem;
    }

    [GeneratedRegex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex Name();
}
