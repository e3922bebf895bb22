namespace Orrery.Tenancy;

/// <summary>A set of permissions of the catalogue: one bit each.</summary>
/// <param name="Bits">Bit n is the n-th permission of <see cref="PermissionCatalogue"/>.</param>
internal readonly record struct PermissionSet(UInt128 Bits)
{
    public static readonly PermissionSet None;

    public bool IsEmpty => Bits == 0;

    public bool Has(int index) => (Bits >> index & 1) != 0;

    /// <summary>True when all of the other set are in this one.</summary>
    public bool Covers(PermissionSet other) => (other.Bits & ~Bits) == 0;

    public static PermissionSet operator |(PermissionSet left, PermissionSet right) => new(left.Bits | right.Bits);

    public static PermissionSet operator &(PermissionSet left, PermissionSet right) => new(left.Bits & right.Bits);

    /// <summary>The set of these names; names that the catalogue does not know are left out.</summary>
    public static PermissionSet Of(IEnumerable<string> names)
    {
        UInt128 bits = 0;
        foreach (var name in names)
        {
            if (PermissionCatalogue.IndexOf(name) is var index and >= 0)
                bits |= UInt128.One << index;
        }

        return new(bits);
    }
}
