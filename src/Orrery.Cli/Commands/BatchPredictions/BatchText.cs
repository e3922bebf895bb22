using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Batch predictions for people.</summary>
internal static class BatchText
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits until it has ended, tells how far it is meanwhile, shows it, and says with which code the verb ends.</summary>
    public static async Task<int> WatchAsync(Session session, BatchPrediction batch)
    {
        var told = "";
        while (batch.State is "planning" or "running")
        {
            if (Stands(batch) is var stands && stands != told)
                session.Output.Remark(told = stands);
            await Task.Delay(Look, session.Host.Time, session.Cancel);
            batch = await session.Client.BatchPredictions.GetAsync(batch.Id, session.Cancel);
        }

        Show(session, batch);
        return batch.State is "succeeded" ? ExitCodes.Ok : ExitCodes.Failed;
    }

    public static void Show(Session session, BatchPrediction batch) => session.Output.Details(
        batch,
        ("Id", batch.Id),
        ("Name", batch.Spec.Name),
        ("State", batch.State),
        ("Model", $"{batch.Model} {batch.Version}"),
        ("Rows", Rows(batch)),
        ("Refused", batch.Progress.RowsRefused > 0 ? Number(batch.Progress.RowsRefused) : null),
        ("Opted out", batch.Progress.RowsLeftOut > 0 ? Number(batch.Progress.RowsLeftOut) : null),
        ("Partitions", $"{Number(batch.Progress.PartitionsDone)} of {Number(batch.Progress.Partitions)}{(batch.Progress.PartitionsFailed > 0 ? $", {Number(batch.Progress.PartitionsFailed)} failed" : "")}"),
        ("Rows/s", batch.Progress.RowsPerSecond is { } rate ? rate.ToString("0", CultureInfo.InvariantCulture) : null),
        ("Output", Printable.Bytes(batch.Progress.OutputBytes)),
        ("Error", batch.Error is { } error ? $"{batch.ErrorCode}: {error}" : null),
        ("Created", $"{Printable.Time(batch.CreatedAt)} by {batch.CreatedBy}"),
        ("Ended", batch.FinishedAt is { } ended ? Printable.Time(ended) : null),
        ("Deleted", batch.ExpiresAt is { } expires ? Printable.Time(expires) : null));

    /// <summary>Rows that are done, of how many.</summary>
    public static string Rows(BatchPrediction batch) => $"{Number(batch.Progress.RowsDone)} of {Number(batch.Progress.Rows)}";

    private static string Stands(BatchPrediction batch)
    {
        if (batch.State is "planning")
            return $"{batch.Id}: planning; Ctrl-C leaves it to the server.";
        var rate = batch.Progress.RowsPerSecond is { } measured ? $", {measured.ToString("0", CultureInfo.InvariantCulture)} rows/s" : "";
        var end = batch.Progress.EstimatedEndAt is { } at ? $", done at {Printable.Time(at)}" : "";
        return $"{batch.Id}: {Rows(batch)} rows{rate}{end}.";
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
