using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Delivery;

/// <summary>What delivery asks of governance: policies, and approvals with their tokens.</summary>
internal sealed class GovernanceDoor(ServingOptions serving, IServiceProvider services)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    /// <summary>What the policies in force say of the delivery.</summary>
    public ValueTask<StageEnd> PoliciesAsync(StageRun run, CancellationToken cancel) => ValueTask.FromResult(StageEnd.Skipped("No policies are in force."));

    /// <summary>Asks for the approval of the delivery, or looks how it stands.</summary>
    public async ValueTask<StageEnd> ApprovalAsync(StageRun run, CancellationToken cancel)
    {
        if ((await TokenAsync(run.Actor, run.Row, cancel)).Failed(out var missing, out var token))
            return missing.Code == "delivery.not_approved" ? StageEnd.Waiting(missing.Message, Again) : StageEnd.Failed(missing);
        run.Fact("approval", token.Text);
        return StageEnd.Passed("An approval stands.");
    }

    /// <summary>Why a high-risk version may not be delivered yet; null when it may. The board is asked then. <c>delivery.board</c>.</summary>
    public ValueTask<Failure?> BoardProblemAsync(Actor actor, StartDelivery spec, CancellationToken cancel) => ValueTask.FromResult<Failure?>(null);

    /// <summary>The token that the target is told; without one where the environment is not governed. <c>delivery.not_approved</c>.</summary>
    public async ValueTask<Result<ApprovalText>> TokenAsync(Actor actor, DeliveryRow row, CancellationToken cancel)
    {
        if (!serving.IsGoverned(row.Environment))
            return new ApprovalText(null);
        return services.GetService(typeof(IApprovalRecords)) is IApprovalRecords records && await records.FindTokenAsync(actor, row.Environment, row.Spec.Model, row.Spec.Version, cancel) is { } token
            ? new ApprovalText(token)
            : Failure.Conflict("delivery.not_approved", $"No approval stands for version {row.Spec.Version} of {row.Spec.Model} in {row.Environment}.");
    }
}

/// <summary>The text of a token; null where none is needed.</summary>
internal sealed record ApprovalText(string? Text);
