using System.Diagnostics.Metrics;

namespace Orrery.Governance;

/// <summary>Figures of approvals.</summary>
internal sealed class ApprovalMetrics : IDisposable
{
    private readonly Meter _meter = new("Orrery.Governance.Approvals");
    private long _overdue;

    public ApprovalMetrics() => _meter.CreateObservableGauge(
        "orrery.governance.reviews.overdue", () => Interlocked.Read(ref _overdue), "{review}", "Reviews of approvals, revalidations and conditions that are overdue, in all workspaces.");

    public void Overdue(long count) => Interlocked.Exchange(ref _overdue, count);

    public void Dispose() => _meter.Dispose();
}
