namespace Orrery.Tenancy;

/// <summary>
/// Marks a request that a page of this server makes, in process, for a part that not everybody may see. It is refused as any other; that is no attempt of who looks
/// at the page, and no entry of the audit trail.
/// </summary>
public sealed class PartOfPage
{
    private PartOfPage()
    {
    }

    /// <summary>The mark, a feature of the request.</summary>
    public static PartOfPage Instance { get; } = new();
}
