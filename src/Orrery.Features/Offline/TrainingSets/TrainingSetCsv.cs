using Microsoft.AspNetCore.Http;
using Orrery.Kernel;
using Orrery.Native;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>A training set's rows as CSV, for those who have no Parquet reader: the same rows in the same order, nulls as empty fields.</summary>
internal sealed class TrainingSetCsv(DuckEngines engines, IBlobs blobs, FeatureOptions options)
{
    /// <summary>Writes the rows; <c>features.training_set_lost</c>, and what the engine says.</summary>
    public async Task<Failure?> WriteAsync(HttpContext context, WorkspaceId workspace, TrainingSet set)
    {
        var cancel = context.RequestAborted;
        if ((await engines.LeaseAsync(workspace, cancel, EngineUse.Request)).Failed(out var busy, out var lease))
            return busy;
        using (lease)
        {
            var (parquet, csv) = (lease.NewFile(".parquet"), lease.NewFile(".csv"));
            await using (var blob = await blobs.OpenAsync(set.BlobKey!, range: null, cancel))
            {
                if (blob is null)
                    return Failure.Unavailable("features.training_set_lost", $"The rows of training set {set.Id} are not in the blob store.");
                await using var copy = File.Create(parquet);
                await blob.Stream.CopyToAsync(copy, cancel);
            }

            using var deadline = new QueryDeadline(options, cancel);
            try
            {
                lease.Connection.Execute(OutputSql.Copy(OutputSql.File(parquet), csv, isCsv: true), deadline.Token);
            }
            catch (OperationCanceledException) when (deadline.IsOver)
            {
                return deadline.Failure;
            }
            catch (DuckException e)
            {
                return PointInTime.Failed(e);
            }

            context.Response.ContentType = "text/csv; charset=utf-8";
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{set.Id}.csv\"";
            await context.Response.SendFileAsync(csv, cancel);
            return null;
        }
    }
}
