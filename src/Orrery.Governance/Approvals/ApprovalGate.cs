using System.Globalization;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using ModelVersion = Orrery.Registry.ModelVersion;

namespace Orrery.Governance;

/// <summary>Keeps versions without an approval for the environment <c>production</c> from MLflow's stage Production and the alias <c>production</c>, where that environment is governed.</summary>
/// <param name="records">Asked late: what approvals pin is found by who asks the gates.</param>
/// <param name="serving">Which environments are governed.</param>
/// <param name="time">The clock.</param>
internal sealed class ApprovalGate(Func<ApprovalRecords> records, ServingOptions serving, TimeProvider time) : IPromotionGate
{
    private const string Environment = "production";

    public async ValueTask<Failure?> CheckAsync(Actor actor, ModelVersion version, CancellationToken cancel)
    {
        if (!serving.IsGoverned(Environment))
            return null;
        var number = version.Version.ToString(CultureInfo.InvariantCulture);
        if ((await records().FindAsync(actor.Workspace, Environment, version.Name, number, cancel)).Failed(out var unsure, out var standing))
            return unsure;
        if (standing is not null && standing.ModelId == version.ModelId && standing.Approval.UseBy > time.GetUtcNow())
            return null;
        return Failure.Conflict("governance.approval_required",
            $"Version {number} of {version.Name} may not go to production: {(standing is null ? "no approval stands for it" : $"its approval {standing.Id} was to be used by {standing.Approval.UseBy:yyyy-MM-dd HH:mm} UTC")}. Ask for one: mlops approvals request {version.Name} {number} --environment production --justification WHY.");
    }
}
