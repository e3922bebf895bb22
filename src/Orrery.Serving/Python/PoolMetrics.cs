using System.Diagnostics;

namespace Orrery.Serving;

/// <summary>Measures the queue before one model's workers, and the batches that they are given.</summary>
internal sealed class PoolMetrics(PoolInstruments instruments, ModelRecipe recipe)
{
    private readonly KeyValuePair<string, object?>[] _tags = [new("model", recipe.Model), new("version", recipe.Version)];

    /// <summary>A worker takes requests together.</summary>
    public void Taken(IReadOnlyList<PythonRequest> batch)
    {
        var rows = 0L;
        foreach (var request in batch)
        {
            rows += request.Rows;
            instruments.Wait.Record(Stopwatch.GetElapsedTime(request.MadeAt).TotalSeconds, _tags);
        }

        instruments.Requests.Record(batch.Count, _tags);
        instruments.Rows.Record(rows, _tags);
    }
}
