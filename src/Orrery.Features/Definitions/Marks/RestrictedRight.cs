using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Whether who changes definitions may read restricted columns; the default may not.</summary>
/// <param name="Allowed">At all.</param>
/// <param name="Limits">On which views only; null for all.</param>
internal readonly record struct RestrictedRight(bool Allowed, ObjectLimits? Limits)
{
    /// <summary>All views.</summary>
    public static readonly RestrictedRight All = new(Allowed: true, Limits: null);

    /// <summary>Whether it is given for a view.</summary>
    public bool Covers(string viewId) => Allowed && (Limits is null || Limits.Ids.Contains(viewId));
}
