using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Follows a delivery and tells each stage as it ends.</summary>
internal static class DeliveryFollow
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>Follows it to its end, or until people must decide where they are not waited for.</summary>
    /// <param name="session">The verb at work.</param>
    /// <param name="begun">The delivery.</param>
    /// <param name="waitForPeople">Whether to wait for approval.</param>
    /// <param name="deadline">Until when.</param>
    /// <exception cref="InvalidDataException">It failed, or had not ended in time; the message says why.</exception>
    public static async Task<int> RunAsync(Session session, ModelDelivery begun, bool waitForPeople, DateTimeOffset deadline)
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var now = begun; ; now = await session.Client.Deliveries.GetAsync(begun.Id, session.Cancel))
        {
            foreach (var stage in now.Stages.Where(static stage => stage.State is "passed" or "skipped" or "failed" or "waiting" or "cancelled"))
            {
                if (told.GetValueOrDefault(stage.Name) == stage.State)
                    continue;
                told[stage.Name] = stage.State;
                session.Output.Remark($"[{StageNumber(now, stage)}/9] {DeliveryText.Stage(stage)}");
            }

            if (now.State is "succeeded")
            {
                DeliveryText.Show(session, now);
                return ExitCodes.Ok;
            }

            if (now.State is "failed" or "rejected" or "cancelled" or "rolled_back")
                throw new InvalidDataException($"Delivery {now.Id} of {now.Model} {now.Version} to {now.Environment} {now.State.Replace('_', ' ')} at {now.Stage}: {now.Message}");
            if (now is { State: "waiting", Stage: "approval" } && !waitForPeople)
            {
                DeliveryText.Show(session, now);
                return ExitCodes.WaitsForPeople;
            }

            if (session.Host.Time.GetUtcNow() >= deadline)
                throw new InvalidDataException($"Delivery {now.Id} had not ended in time, and goes on: it is {now.State} at {now.Stage}. 'mlops deliveries show {now.Id}' tells how it stands.");
            await Task.Delay(Look, session.Host.Time, session.Cancel);
        }
    }

    private static int StageNumber(ModelDelivery delivery, DeliveryStage stage) => delivery.Stages.ToList().IndexOf(stage) + 1;
}
