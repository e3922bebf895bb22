using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>Entries of the audit trail in plain words.</summary>
internal static class AuditWords
{
    /// <summary>Who did it, as far as that may still be read.</summary>
    public static string Who(AuditEntry entry) => entry.Name ?? entry.Actor;

    /// <summary>The page of what was acted on; null where it has none.</summary>
    public static string? Page(PageContext page, AuditEntry entry) => (entry.ObjectKind, entry.ObjectId.Split('/')) switch
    {
        ("deployment", [var environment, var name]) => page.To("deployments", environment, name),
        ("approval", [var id]) => page.To("approvals", id),
        ("delivery", [var id]) => page.To("deliveries", id),
        ("incident", [var id]) => page.To("incidents", id),
        ("exception", [var id]) => page.To("exceptions", id),
        ("run", [var id]) => page.To("runs", id),
        ("policy", [var name]) => page.To("policies", name),
        ("experiment", [var id]) => page.To("experiments", id),
        ("model" or "registered_model" or "registered-model", [var model]) => page.To("models", model),
        ("model" or "model_version" or "model-version", [var model, var version]) => page.To("models", model, "versions", version),
        _ => null,
    };
}
