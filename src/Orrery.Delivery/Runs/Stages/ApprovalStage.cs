using Orrery.Serving;

namespace Orrery.Delivery;

/// <summary>Stage 4: the approval of governed environments. It is waited for without holding a worker.</summary>
internal sealed class ApprovalStage(GovernanceDoor governance, ServingOptions serving) : IDeliveryStage
{
    public string Name => StageNames.Approval;

    public async ValueTask<StageEnd> RunAsync(StageRun run, CancellationToken cancel) => serving.IsGoverned(run.Row.Environment)
        ? await governance.ApprovalAsync(run, cancel)
        : StageEnd.Skipped($"not needed: {run.Row.Environment} is not governed.");
}
