using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>Explains rows of a version against the background of its latest explanation report.</summary>
internal sealed class PredictionExplainer(KnownReports reports, MarginFiles margins) : IPredictionExplainer
{
    public async ValueTask<Result<IReadOnlyList<string>>> ColumnsAsync(Actor actor, string model, long version, CancellationToken cancel)
    {
        if ((await reports.LatestAsync(actor, model, version, cancel)).Failed(out var none, out var report))
            return none;
        return report.Spec.Features.ToList();
    }

    public async ValueTask<Result<InstanceExplanations>> ExplainAsync(Actor actor, ScoredVersion version, ScoreRows rows, CancellationToken cancel)
    {
        if ((await reports.LatestAsync(actor, version, cancel)).Failed(out var refused, out var report))
            return refused;
        if ((await ExplainerAsync(actor, report, version, cancel)).Failed(out refused, out var explainer))
            return refused;
        var model = new ModelRows(version, report.Codes.Fork());
        var score = model.Scoring(report.Place);
        var matrix = model.Matrix(rows);
        if ((await score(matrix, cancel)).Failed(out refused, out var outputs))
            return refused;
        var explanations = new List<InstanceExplanation>(matrix.Rows);
        for (var row = 0; row < matrix.Rows; row++)
        {
            cancel.ThrowIfCancellationRequested();
            if ((await explainer.ExplainAsync(score, matrix.Row(row).ToArray(), cancel)).Failed(out refused, out var one))
                return refused;
            if (!double.IsFinite(one.Prediction) || !one.Values.All(double.IsFinite))
                return Failure.Invalid("governance.not_explainable", $"The model's answer for row {row} is no number; nothing can be explained by it.");
            explanations.Add(InstanceText.Of(one, outputs[row], report.Columns));
        }

        return new InstanceExplanations
        {
            Explanations = explanations,
            Method = explainer.Method,
            Scale = explainer.Scale,
            Background = report.Reference,
            Version = version.Version.ToString(CultureInfo.InvariantCulture),
        };
    }

    private async ValueTask<Result<PreparedExplainer>> ExplainerAsync(Actor actor, KnownReport report, ScoredVersion version, CancellationToken cancel)
    {
        if (report.Explainer is { } ready)
            return ready;
        if ((await margins.ReadAsync(actor, version, cancel)).Failed(out var refused, out var margin))
            return refused;
        var request = new ExplainRequest(report.Spec.Method, report.Place, report.Spec.Samples, report.Seed);
        var score = new ModelRows(version, report.Codes.Fork()).Scoring(report.Place);
        if ((await PreparedExplainer.PrepareAsync(request, margin.Model, margin.Reason, report.Background, score, cancel)).Failed(out refused, out var explainer))
            return refused;
        return report.Explainer = explainer;
    }
}
