using System.Globalization;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>What the models of a server used in a span of time, as facts for the ledger.</summary>
internal static class UsageShares
{
    private const decimal GiB = 1L << 30;

    /// <summary>
    /// Predictions, core-seconds and GiB-seconds of each model. A request's inference counts as one core for as long as it took; where more were under
    /// way than there are cores, requests waited for one another, and the cores' time is shared out in proportion.
    /// </summary>
    /// <param name="keys">Begin of the facts' keys, unique in its workspaces.</param>
    /// <param name="from">When the span began.</param>
    /// <param name="to">When it ended.</param>
    /// <param name="uses">What was inferred.</param>
    /// <param name="memory">Bytes that each loaded model has, at the end of the span.</param>
    /// <param name="cores">Of the server.</param>
    public static IEnumerable<(WorkspaceId Workspace, UsageFact Fact)> Of(
        string keys,
        DateTimeOffset from,
        DateTimeOffset to,
        IReadOnlyList<(WorkspaceId Workspace, string Model, long Rows, TimeSpan Inferring)> uses,
        IReadOnlyList<(WorkspaceId Workspace, string Model, long Bytes)> memory,
        int cores)
    {
        var all = uses.Sum(static use => use.Inferring.TotalSeconds);
        var share = all > 0 ? Math.Min(1, cores * (to - from).TotalSeconds / all) : 0;
        var facts = uses.SelectMany(use => new[]
        {
            (use.Workspace, use.Model, Meters.Predictions, Quantity: (decimal)use.Rows),
            (use.Workspace, use.Model, Meters.CoreSeconds, Quantity: (decimal)(use.Inferring.TotalSeconds * share)),
        }).Concat(memory.Select(held => (held.Workspace, held.Model, Meters.MemoryGibSeconds, Quantity: held.Bytes / GiB * (decimal)(to - from).TotalSeconds)));
        var number = 0;
        foreach (var (workspace, model, meter, quantity) in facts)
        {
            if (Math.Round(quantity, 6) > 0)
                yield return (workspace, new UsageFact(string.Create(CultureInfo.InvariantCulture, $"{keys}/{number++}"), meter, quantity, from, to) { ObjectKind = "model", ObjectId = model });
        }
    }
}
