using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>The counterfactuals of a report: of the first explained rows that are not answered as wanted.</summary>
internal sealed class CounterfactualPart(ExplainedVersion subject, ExplanationSpec spec, FeatureMatrix background)
{
    /// <summary>Finds them; null when none were asked for.</summary>
    public async ValueTask<Result<List<RowCounterfactuals>?>> FindAsync(FeatureMatrix data, IReadOnlyList<int> rows, Action<double, string> report, CancellationToken cancel)
    {
        if (spec.Counterfactuals is not { } wanted)
            return (List<RowCounterfactuals>?)null;

        // A text that constraints name must not become one of the data's.
        var codes = subject.Codes.Fork();
        var finder = new CounterfactualFinder(wanted, new ModelRows(subject.Version, codes), codes, subject.Columns, background);
        var (found, most) = (new List<RowCounterfactuals>(), spec.CounterfactualRows ?? ExplanationRules.DefaultCounterfactuals);
        foreach (var row in rows)
        {
            report(0.9 + (0.1 * found.Count / most), "counterfactuals");
            if ((await finder.FindAsync(data.Row(row).ToArray(), row, cancel)).Failed(out var refused, out var one))
                return refused;
            if (!one.AlreadyMet)
                found.Add(one with { Row = row });
            if (found.Count == most)
                break;
        }

        return found;
    }
}
