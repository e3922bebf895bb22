using System.Globalization;
using System.Text.Json.Nodes;

namespace Orrery.Contracts;

/// <summary>What deliveries say of the container that answers: how it is asked whether it is well, and how it ends. All of it is code that could be run, so an approval covers these alone.</summary>
public static class ManifestPod
{
    /// <summary>Fields of a container that are written by these rules.</summary>
    public static readonly IReadOnlyList<string> Fields = ["lifecycle", "startupProbe", "readinessProbe", "livenessProbe"];

    /// <summary>What one of <see cref="Fields"/> is.</summary>
    /// <param name="field">Which.</param>
    /// <param name="protocol"><c>v1</c>, <c>v2</c>, <c>grpc-v1</c> or <c>grpc-v2</c>.</param>
    /// <param name="name">Name of the InferenceService.</param>
    public static JsonObject Of(string field, string protocol, string name)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        return field switch
        {
            "lifecycle" => new()
            {
                ["preStop"] = new JsonObject { ["exec"] = new JsonObject { ["command"] = new JsonArray("sleep", ManifestRules.PreStopSeconds.ToString(CultureInfo.InvariantCulture)) } },
            },
            // Loading a model may take minutes; what is ready answers soon.
            "startupProbe" => Probe(protocol, name, failures: 60, seconds: 10),
            "readinessProbe" => Probe(protocol, name, failures: 3, seconds: 5),
            "livenessProbe" => Probe(protocol, name, failures: 6, seconds: 10),
            _ => throw new ArgumentOutOfRangeException(nameof(field), field, "It is none of the fields."),
        };
    }

    private static JsonObject Probe(string protocol, string name, int failures, int seconds)
    {
        var probe = new JsonObject();
        if (protocol.StartsWith("grpc", StringComparison.Ordinal))
            probe["tcpSocket"] = new JsonObject { ["port"] = 8081 };
        else
            probe["httpGet"] = new JsonObject { ["path"] = protocol == "v1" ? $"/v1/models/{name}" : $"/v2/models/{name}/ready", ["port"] = 8080 };
        probe["periodSeconds"] = seconds;
        probe["timeoutSeconds"] = 5;
        probe["failureThreshold"] = failures;
        return probe;
    }
}
