using System.Globalization;

namespace Orrery.Delivery;

/// <summary>Stage 7: asks the new version where it is deployed.</summary>
internal sealed class SmokeTestStage(Targets targets) : IDeliveryStage
{
    public string Name => StageNames.SmokeTest;

    public async ValueTask<StageEnd> RunAsync(StageRun run, CancellationToken cancel)
    {
        if ((await targets.ForAsync(run.Actor, run.Row.Environment, cancel)).Failed(out var unknown, out var found))
            return StageEnd.Failed(unknown);
        if ((await found.Target.SmokeAsync(run.Actor, run.Order(found.Spec, null), cancel)).Failed(out var failure, out var answer))
            return StageEnd.Failed(failure);
        var told = string.Create(CultureInfo.InvariantCulture, $"{answer.Detail} ({answer.Milliseconds:0.###} ms)");
        run.Fact("passed", answer.Passed ? "yes" : "no");
        return answer.Passed ? StageEnd.Passed(told) : StageEnd.Failed(told);
    }
}
