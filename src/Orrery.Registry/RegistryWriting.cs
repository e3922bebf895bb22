using System.Globalization;
using System.Text.Json;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>The registry's things as MLflow writes them.</summary>
internal static class RegistryWriting
{
    public static void Write(this Utf8JsonWriter json, RegisteredModel model)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, model.Name);
        json.WriteNumber("creation_timestamp"u8, model.CreatedAt);
        json.WriteNumber("last_updated_timestamp"u8, model.UpdatedAt);
        json.WriteOptional("description"u8, model.Description);
        json.WriteVersions("latest_versions"u8, model.LatestVersions);
        json.WritePairs("tags"u8, model.Tags);
        if (model.Aliases.Count > 0)
        {
            json.WriteStartArray("aliases"u8);
            foreach (var alias in model.Aliases)
            {
                json.WriteStartObject();
                json.WriteString("alias"u8, alias.Alias);
                json.WriteString("version"u8, alias.Version.ToString(CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static void Write(this Utf8JsonWriter json, ModelVersion version)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, version.Name);
        json.WriteString("version"u8, version.Version.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("creation_timestamp"u8, version.CreatedAt);
        json.WriteNumber("last_updated_timestamp"u8, version.UpdatedAt);
        json.WriteString("current_stage"u8, version.Stage);
        json.WriteString("description"u8, version.Description ?? "");
        json.WriteString("source"u8, version.Source);
        json.WriteString("run_id"u8, version.RunId ?? "");
        json.WriteString("status"u8, "READY"u8);
        json.WritePairs("tags"u8, version.Tags);
        json.WriteString("run_link"u8, version.RunLink ?? "");
        if (version.Aliases.Count > 0)
        {
            json.WriteStartArray("aliases"u8);
            foreach (var alias in version.Aliases)
                json.WriteStringValue(alias);
            json.WriteEndArray();
        }

        json.WriteOptional("model_id"u8, version.LoggedModelId);
        json.WriteEndObject();
    }

    public static void WriteVersions(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<ModelVersion> versions)
    {
        if (versions.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var version in versions)
            json.Write(version);
        json.WriteEndArray();
    }
}
