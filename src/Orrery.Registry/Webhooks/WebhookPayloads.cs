using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>What MLflow's webhooks say of the registry's events.</summary>
internal static class WebhookPayloads
{
    private const string PromptText = "mlflow.prompt.text";
    private const string PromptType = "_mlflow_prompt_type";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Events of the outbox that webhooks may hear of.</summary>
    public static readonly IReadOnlySet<string> Events = new HashSet<string>
    {
        RegistryEvent.Names.ModelRegistered, RegistryEvent.Names.ModelTagSet, RegistryEvent.Names.ModelTagRemoved, RegistryEvent.Names.VersionRegistered,
        RegistryEvent.Names.VersionTagSet, RegistryEvent.Names.VersionTagRemoved, RegistryEvent.Names.AliasSet, RegistryEvent.Names.AliasRemoved,
    };

    /// <summary>What the event is to a webhook; null when MLflow's webhooks know no such thing: tags of models that are no prompts.</summary>
    public static WebhookEvent? Kind(string name, bool prompt) => (name, prompt) switch
    {
        (RegistryEvent.Names.ModelRegistered, false) => new("registered_model", "created"),
        (RegistryEvent.Names.ModelRegistered, true) => new("prompt", "created"),
        (RegistryEvent.Names.ModelTagSet, true) => new("prompt_tag", "set"),
        (RegistryEvent.Names.ModelTagRemoved, true) => new("prompt_tag", "deleted"),
        (RegistryEvent.Names.VersionRegistered, _) => new(prompt ? "prompt_version" : "model_version", "created"),
        (RegistryEvent.Names.VersionTagSet, _) => new(prompt ? "prompt_version_tag" : "model_version_tag", "set"),
        (RegistryEvent.Names.VersionTagRemoved, _) => new(prompt ? "prompt_version_tag" : "model_version_tag", "deleted"),
        (RegistryEvent.Names.AliasSet, _) => new(prompt ? "prompt_alias" : "model_version_alias", "created"),
        (RegistryEvent.Names.AliasRemoved, _) => new(prompt ? "prompt_alias" : "model_version_alias", "deleted"),
        _ => null,
    };

    /// <summary>The body that tells a webhook of an event.</summary>
    public static string Body(WebhookEvent kind, OutboxEvent e) => Body(kind, RegistryEvent.Parse(e.Payload), e.At);

    /// <summary>The body that tries a webhook out.</summary>
    public static string Example(WebhookEvent kind, DateTimeOffset at)
    {
        var prompt = kind.Entity.StartsWith("prompt", StringComparison.Ordinal);
        var word = prompt ? "prompt" : "model";
        var version = kind.Entity.EndsWith("_version", StringComparison.Ordinal);
        return Body(kind, new()
        {
            ModelId = "",
            Name = $"example_{word}",
            IsPrompt = prompt,
            Version = 1,
            Source = "models:/123",
            RunId = "abcd1234abcd5678",
            Tags = new Dictionary<string, string> { ["example_key"] = "example_value", [PromptText] = "Hello {{name}}!" }
                .Where(tag => prompt && version || tag.Key != PromptText).ToDictionary(),
            Description = kind.Entity switch
            {
                "registered_model" => "An example registered model",
                "model_version" => "An example model version",
                "prompt" => "An example prompt",
                _ => "An example prompt version",
            },
            Key = "example_key",
            Value = "example_value",
            Alias = "example_alias",
        }, at);
    }

    private static string Body(WebhookEvent kind, RegistryEvent e, DateTimeOffset at)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("entity"u8, kind.Entity);
            json.WriteString("action"u8, kind.Action);
            json.WriteString("timestamp"u8, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture));
            json.WriteStartObject("data"u8);
            json.WriteString("name"u8, e.Name);
            WriteData(json, kind, e);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteData(Utf8JsonWriter json, WebhookEvent kind, RegistryEvent e)
    {
        var version = e.Version?.ToString(CultureInfo.InvariantCulture);
        switch (kind.Entity)
        {
            case "registered_model" or "prompt":
                WriteTags(json, e);
                json.WriteString("description"u8, e.Description);
                break;
            case "model_version":
                json.WriteString("version"u8, version);
                json.WriteString("source"u8, e.Source);
                json.WriteString("run_id"u8, e.RunId);
                WriteTags(json, e);
                json.WriteString("description"u8, e.Description);
                break;
            case "prompt_version":
                json.WriteString("version"u8, version);
                json.WriteString("template"u8, e.Tags?.GetValueOrDefault(PromptText));
                WriteTags(json, e);
                json.WriteString("description"u8, e.Description);
                break;
            case "model_version_alias" or "prompt_alias":
                json.WriteString("alias"u8, e.Alias);
                if (kind.Action == "created")
                    json.WriteString("version"u8, version);
                break;
            default:
                if (kind.Entity != "prompt_tag")
                    json.WriteString("version"u8, version);
                json.WriteString("key"u8, e.Key);
                if (kind.Action == "set")
                    json.WriteString("value"u8, e.Value);
                break;
        }
    }

    private static void WriteTags(Utf8JsonWriter json, RegistryEvent e)
    {
        json.WriteStartObject("tags"u8);
        foreach (var (key, value) in e.Tags ?? new Dictionary<string, string>())
        {
            // What makes it a prompt, and the prompt's text, are said elsewhere.
            if (!e.IsPrompt || key is not (RegisteredModel.PromptTag or PromptType or PromptText))
                json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
