using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Tells of deliveries that wait for people, failed, were stopped or taken back. What could not be sent is in the delivery's log.</summary>
internal sealed class NoticeJob(Db db, Notices notices, EnvironmentSettings settings, TimeProvider time) : IJobHandler
{
    public const string JobKind = "delivery.notify";

    public string Kind => JobKind;

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var id = JsonSerializer.Deserialize(job.Payload, DeliveryJson.Default.DeliveryOrder)!.Id;
        if (await db.ReadAsync(session => DeliveryStore.FindAsync(session, job.Actor.Workspace, id), cancel) is not { } row)
            return (string?)null;
        var sent = await notices.SendAsync(row, await settings.FindAsync(job.Actor, row.Environment, cancel), NoticeText.Of(row), cancel);
        var written = await db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            foreach (var one in sent)
            {
                var text = one.Problem is null ? $"Told {one.To} by {one.Road} that it is {row.State}." : $"Could not tell {one.To} by {one.Road}: {one.Problem}";
                await StageStore.LogAsync(session, job.Actor.Workspace, id, StageNames.Notify, time.GetUtcNow().ToUnixTimeMilliseconds(), one.Problem is null ? "info" : "warning", text);
            }

            return Done.Ok;
        }, cancel);
        return written.Failure is { } failure ? failure : (string?)null;
    }
}
