using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Explains rows of a version against the background of its latest explanation report.</summary>
internal sealed class PredictionExplainer(Db db, MarginFiles margins) : IPredictionExplainer
{
    private const int MostKept = 64;

    private readonly ConcurrentDictionary<(WorkspaceId Workspace, string Report), Known> _known = new();

    public async ValueTask<Result<IReadOnlyList<string>>> ColumnsAsync(Actor actor, string model, long version, CancellationToken cancel)
    {
        if ((await LatestAsync(actor, model, version, cancel)).Failed(out var none, out var report))
            return none;
        return report.Spec.Features.ToList();
    }

    public async ValueTask<Result<InstanceExplanations>> ExplainAsync(Actor actor, ScoredVersion version, ScoreRows rows, CancellationToken cancel)
    {
        if ((await LatestAsync(actor, version.Model, version.Version, cancel)).Failed(out var refused, out var report))
            return refused;
        if (report.ModelSha256 != version.Sha256 || !report.Columns.SequenceEqual(version.Inputs.Select(static input => input.Name)))
            return None(version.Model, version.Version, "its files are others than when it was explained");
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
            Background = new() { Explanation = report.Id, Sha256 = report.BackgroundSha256, Rows = report.Background.Rows, Seed = report.Seed },
            Version = version.Version.ToString(CultureInfo.InvariantCulture),
        };
    }

    // Reports never change, so that what was read once stays right.
    private async ValueTask<Result<Known>> LatestAsync(Actor actor, string model, long version, CancellationToken cancel)
    {
        if (await db.ReadAsync(session => ExplanationStore.LatestIdAsync(session, actor.Workspace, model, version), cancel) is not { } id)
            return None(model, version, "there is no explanation report of it yet");
        if (_known.TryGetValue((actor.Workspace, id), out var known))
            return known;
        if (await db.ReadAsync(session => ExplanationStore.FindAsync(session, actor.Workspace, id), cancel) is not { Result: { } json, Background: { } rows, ModelSha256: { } sha256 } row)
            return None(model, version, "there is no explanation report of it yet");
        var result = JsonSerializer.Deserialize(json, OrreryJson.TypeOf<ExplanationResult>())!;
        var document = BackgroundDocument.Read(rows);
        var codes = new TextCodes(document.IsText);
        known = new(id, row.Spec, sha256, document.Columns, codes, document.Rows(codes), result.Background.Sha256, result.Background.Seed, result.Class ?? 0);
        if (_known.Count >= MostKept)
            _known.Clear();
        return _known[(actor.Workspace, id)] = known;
    }

    private async ValueTask<Result<PreparedExplainer>> ExplainerAsync(Actor actor, Known report, ScoredVersion version, CancellationToken cancel)
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

    private static Failure None(string model, long version, string why) => Failure.Conflict(
        "governance.no_background",
        $"Version {version} of {model} cannot be explained: {why}. Make a report, which draws the rows that explanations are relative to: mlops explain {model} {version} --data <file>, or POST /api/v1/explanations.");

    private sealed record Known(
        string Id, ExplanationSpec Spec, string ModelSha256, IReadOnlyList<string> Columns, TextCodes Codes, FeatureMatrix Background, string BackgroundSha256, int Seed, int Place)
    {
        public PreparedExplainer? Explainer { get; set; }
    }
}
