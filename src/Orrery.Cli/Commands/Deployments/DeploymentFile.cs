using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>
/// A deployment as a file, YAML or JSON: its name, its environment, and the fields of <see cref="DeploymentSpec"/>. Its schema is
/// <c>docs/api/deployment.schema.json</c>. What the schema does not know is refused.
/// </summary>
/// <param name="Name">Of the deployment; null when the file does not say.</param>
/// <param name="Environment">Where; null when the file does not say.</param>
/// <param name="Spec">What it is to be.</param>
internal sealed record DeploymentFile(string? Name, string? Environment, DeploymentSpec Spec)
{
    public const string NameKey = "name";
    public const string EnvironmentKey = "environment";

    private static readonly JsonSerializerOptions Indented = new(OrreryJson.Indented) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a file.</summary>
    /// <exception cref="UsageException">It cannot be; the message says where and why.</exception>
    public static DeploymentFile Read(string text)
    {
        var root = text.AsSpan().TrimStart() is ['{', ..] ? FileNode.OfJson(text) : FileNode.OfYaml(text);
        if (root.Fields is not { } fields)
            throw new UsageException("The file holds no deployment; begin it with 'name: NAME'.");
        var reading = new FileReading();
        var name = Take(NameKey);
        var environment = Take(EnvironmentKey);
        var spec = reading.Read(root, OrreryJson.Options.GetTypeInfo(typeof(DeploymentSpec)), "", [NameKey, EnvironmentKey]);
        if (reading.Faults is [var first, ..] faults)
            throw new UsageException($"The file cannot be read: {first}.{(faults.Count > 1 ? $" And {string.Join("; ", faults.Skip(1))}." : "")}");
        return new(name, environment, spec.Deserialize(OrreryJson.TypeOf<DeploymentSpec>())!);

        string? Take(string key) => fields.FirstOrDefault(field => field.Key == key).Value?.Text;
    }

    /// <summary>A deployment as such a file, in JSON.</summary>
    public static string Write(Deployment deployment)
    {
        var document = new JsonObject { [NameKey] = deployment.Name, [EnvironmentKey] = deployment.Environment };
        foreach (var (key, value) in JsonSerializer.SerializeToNode(deployment.Spec with { Note = null }, OrreryJson.TypeOf<DeploymentSpec>())!.AsObject())
            document[key] = value?.DeepClone();
        return document.ToJsonString(Indented) + "\n";
    }
}
