using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Has deliveries that wait for approval, or are held in the midst of their deployment for want of one, go on as soon as one was decided on.</summary>
internal sealed class ApprovalNews(Db db, Jobs jobs) : IEventHandler
{
    public string Name => "delivery.approvals";

    public IReadOnlySet<string> Events { get; } = new HashSet<string>(StringComparer.Ordinal) { "approval.decided", "approval.voided" };

    public async Task<Result<Done>> HandleAsync(OutboxEvent e, CancellationToken cancel)
    {
        using var document = JsonDocument.Parse(e.Payload);
        if (!Text(document, "model", out var model) || !Text(document, "version", out var version) || !Text(document, "environment", out var environment))
            return Done.Ok;
        return await db.WriteAsync<Done>(async session =>
        {
            if (!await Outbox.HandleOnceAsync(session, Name, e))
                return Done.Ok;
            var waiting = await DeliveryStore.ListAsync(session, e.Actor.Workspace, new(model, version, environment, null, DeliveryStates.Waiting), "~", 100);
            foreach (var row in waiting.Where(static row => row.Stage is StageNames.Approval or StageNames.Deploy))
            {
                // In the name of who asked for the delivery: that is what the job that waits is for.
                var job = await jobs.EnqueueAsync(session, row.Asker(e.Actor), DeliveryJob.JobKind, DeliveryProgress.Order(row.Id));
                await DeliveryStore.UpdateAsync(session, e.Actor.Workspace, row with { JobId = job.ToString() });
            }

            return Done.Ok;
        }, cancel);
    }

    private static bool Text(JsonDocument document, string name, out string value)
    {
        value = document.RootElement.TryGetProperty(name, out var found) && found.ValueKind is JsonValueKind.String ? found.GetString()! : "";
        return value.Length > 0;
    }
}
