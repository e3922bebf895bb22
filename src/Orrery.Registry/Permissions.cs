namespace Orrery.Registry;

/// <summary>What Registry's endpoints ask of their callers.</summary>
internal static class Permissions
{
    public const string Read = "registry.read";
    public const string Write = "registry.write";
    public const string Import = "registry.import";
    public const string Promote = "registry.promote";
    public const string Webhooks = "registry.webhooks";
}
