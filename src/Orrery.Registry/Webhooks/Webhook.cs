namespace Orrery.Registry;

/// <summary>Somebody elsewhere who is told of changes. Its secret is never among what is read back.</summary>
/// <param name="Id">A GUID with dashes.</param>
/// <param name="Name">For people; need not be unique.</param>
/// <param name="Description">Null when nobody said.</param>
/// <param name="Url">Where it is told.</param>
/// <param name="Events">What it is told of, at least one.</param>
/// <param name="IsActive">Disabled ones are told nothing.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="UpdatedAt">Unix milliseconds.</param>
public sealed record Webhook(
    string Id, string Name, string? Description, string Url, IReadOnlyList<WebhookEvent> Events, bool IsActive, long CreatedAt, long UpdatedAt)
{
    /// <summary>Encrypted; null for none.</summary>
    internal byte[]? Secret { get; init; }
}
