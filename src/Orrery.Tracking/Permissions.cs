namespace Orrery.Tracking;

/// <summary>What Tracking's endpoints ask of their callers.</summary>
internal static class Permissions
{
    public const string Read = "tracking.read";
    public const string Write = "tracking.write";
    public const string Import = "tracking.import";
    public const string Admin = "tracking.admin";
}
