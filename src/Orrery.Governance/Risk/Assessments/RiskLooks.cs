using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>What one pass over many versions has found of their models, so that it looks once for all versions of a model. Not safe for concurrent use.</summary>
internal sealed class RiskLooks
{
    private readonly Dictionary<(string Model, string Environment), DeployedTraffic> _traffic = [];
    private readonly Dictionary<string, KnownRisk?> _first = [];

    /// <summary>What a model is asked in an environment.</summary>
    public async ValueTask<DeployedTraffic> TrafficAsync(RiskSubject subject, Func<ValueTask<DeployedTraffic>> look)
    {
        var key = (subject.Model.Id, subject.Environment);
        return _traffic.TryGetValue(key, out var found) ? found : _traffic[key] = await look();
    }

    /// <summary>Whether a model would be the first of its type in production.</summary>
    public async ValueTask<KnownRisk?> FirstAsync(RiskSubject subject, Func<ValueTask<KnownRisk?>> look) =>
        _first.TryGetValue(subject.Model.Id, out var found) ? found : _first[subject.Model.Id] = await look();
}
