using Orrery.Kernel;

namespace Orrery.Registry;

/// <summary>What a webhook wants to hear of: <c>model_version</c>, <c>created</c>.</summary>
/// <param name="Entity">In lower case.</param>
/// <param name="Action">In lower case.</param>
public sealed record WebhookEvent(string Entity, string Action)
{
    /// <summary>MLflow's numbers begin at 1 in this order.</summary>
    internal static readonly string[] Entities =
    [
        "REGISTERED_MODEL", "MODEL_VERSION", "MODEL_VERSION_TAG", "MODEL_VERSION_ALIAS",
        "PROMPT", "PROMPT_VERSION", "PROMPT_TAG", "PROMPT_VERSION_TAG", "PROMPT_ALIAS",
    ];

    /// <summary>MLflow's numbers begin at 1 in this order.</summary>
    internal static readonly string[] Actions = ["CREATED", "UPDATED", "DELETED", "SET"];

    /// <summary>An event by the names it has on the wire; <c>registry.invalid_webhook</c> when there is none such.</summary>
    internal static Result<WebhookEvent> Parse(string? entity, string? action)
    {
        if (entity is null || action is null)
        {
            return Failure.Invalid("registry.invalid_webhook",
                $"A webhook event needs an entity ({string.Join(", ", Entities)}) and an action ({string.Join(", ", Actions)}).");
        }

        var parsed = new WebhookEvent(entity.ToLowerInvariant(), action.ToLowerInvariant());
        var valid = ActionsOf(parsed.Entity);
        return valid.Contains(parsed.Action)
            ? parsed
            : Failure.Invalid("registry.invalid_webhook",
                $"Invalid action '{parsed.Action}' for entity '{parsed.Entity}'. Valid actions are: [{string.Join(", ", valid.Select(static a => $"'{a}'"))}]");
    }

    private static string[] ActionsOf(string entity) => entity switch
    {
        "registered_model" or "model_version" or "prompt" or "prompt_version" => ["created"],
        "model_version_alias" or "prompt_alias" => ["created", "deleted"],
        _ => ["deleted", "set"],
    };
}
