using Orrery.Contracts;

namespace Orrery.Serving;

/// <summary>What a variant's lookups count. The label sets are made once.</summary>
internal sealed class LookupMetrics
{
    private static readonly string[] Reasons = ["", "null", "not_found", "expired"];

    private readonly LookupInstruments _instruments;
    private readonly KeyValuePair<string, object?>[][] _byReason;
    private readonly KeyValuePair<string, object?>[] _ok;
    private readonly KeyValuePair<string, object?>[] _failed;

    public LookupMetrics(LookupInstruments instruments, DeploymentKey key, VariantSpec spec)
    {
        _instruments = instruments;
        KeyValuePair<string, object?>[] tags =
        [
            new("model", spec.Model), new("environment", key.Environment), new("variant", spec.Name), new("version", spec.Version),
            new("deployment", key.Name), new("workspace", key.Workspace.Value),
        ];
        _byReason = [.. Reasons.Select(reason => (KeyValuePair<string, object?>[])[.. tags, new("reason", reason)])];
        (_ok, _failed) = ([.. tags, new("outcome", "ok")], [.. tags, new("outcome", "failed")]);
    }

    /// <summary>The online store was asked.</summary>
    public void LookedUp(TimeSpan elapsed, bool failed) => _instruments.Duration.Record(elapsed.TotalSeconds, failed ? _failed : _ok);

    /// <summary>Values were missing, by <see cref="Orrery.Features.LookupStatus"/>.</summary>
    public void Missed(ReadOnlySpan<long> counts)
    {
        for (var reason = 1; reason < Reasons.Length; reason++)
        {
            if (counts[reason] > 0)
                _instruments.Misses.Add(counts[reason], _byReason[reason]);
        }
    }
}
