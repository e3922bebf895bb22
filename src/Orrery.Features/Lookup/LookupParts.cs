using Microsoft.Extensions.ObjectPool;

namespace Orrery.Features;

/// <summary>What lookups share.</summary>
internal sealed class LookupParts(Projects projects, OnlineReader reader, FeatureUsage usage, ISubjectConsent? consent = null)
{
    private const int Kept = 256;

    public Projects Projects => projects;

    public OnlineReader Reader => reader;

    public FeatureUsage Usage => usage;

    public ISubjectConsent? Consent => consent;

    public ObjectPool<OnlineCall> Calls { get; } = new DefaultObjectPool<OnlineCall>(new DefaultPooledObjectPolicy<OnlineCall>(), Kept);
}
