namespace Orrery.Tenancy;

/// <summary>Somebody as the identity provider vouches for them.</summary>
/// <param name="Subject">The provider's id of them.</param>
/// <param name="Name">What they shall be called here when they come for the first time.</param>
internal sealed record ExternalPerson(string Subject, string Name)
{
    /// <summary>For people to read.</summary>
    public string? DisplayName { get; init; }

    /// <summary>An address that the provider has verified.</summary>
    public string? Email { get; init; }

    /// <summary>Of the groups claim.</summary>
    public IReadOnlySet<string> Groups { get; init; } = new HashSet<string>();

    /// <summary>The provider says that they showed a second factor.</summary>
    public bool SecondFactor { get; init; }
}
