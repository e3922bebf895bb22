namespace Orrery.Tenancy;

/// <summary>Marks a request that nobody made just now, such as a page's that keeps itself up to date: it is no sign that somebody sits there, and a session's idle time runs on.</summary>
public sealed class Unattended
{
    private Unattended()
    {
    }

    /// <summary>The mark, a feature of the request.</summary>
    public static Unattended Instance { get; } = new();
}
