namespace Orrery.Tracking;

/// <summary>Run ids: 32 hexadecimal digits of a version-7 GUID, so that newer runs sort later. Imported runs keep theirs.</summary>
internal static class RunIds
{
    public static string New(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    public static bool IsValid(string id) => Guid.TryParseExact(id, "N", out _) && !id.AsSpan().ContainsAnyInRange('A', 'F');
}
