using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>Computes what a report says. The same version, data and specification give the same to the last digit.</summary>
internal sealed class ExplanationRun(VersionScoring versions, ExplanationInput input, MarginFiles margins)
{
    private const string Code = "governance.explanation_data";

    /// <summary>Computes it; <c>governance.explanation_data</c>, <c>governance.not_explainable</c>, <c>governance.method_not_possible</c>, and what loading, reading and scoring refuse.</summary>
    public async ValueTask<Result<(ExplanationResult Result, BackgroundDocument Background)>> ComputeAsync(
        Actor actor, ExplanationSpec spec, Action<double, string> report, CancellationToken cancel)
    {
        if ((await versions.HoldAsync(actor, spec.Model, spec.Version, spec.Features, cancel)).Failed(out var refused, out var version))
            return refused;
        using (version)
        {
            report(0.05, "reading the data");
            var codes = ModelRows.Codes(version);
            if ((await input.ReadAsync(actor, spec, version, codes, cancel)).Failed(out refused, out var data))
                return refused;
            var model = new ModelRows(version, codes);
            if ((await PlaceAsync(version, model, data, spec, cancel)).Failed(out refused, out var explained))
                return refused;
            var subject = new ExplainedVersion(version, codes, model.Scoring(explained.Place), explained.Place, explained.IsClass, [.. version.Inputs.Select(static one => one.Name)]);
            return await ComputeAsync(actor, spec, subject, data, report, cancel);
        }
    }

    private async ValueTask<Result<(ExplanationResult, BackgroundDocument)>> ComputeAsync(
        Actor actor, ExplanationSpec spec, ExplainedVersion subject, ExplanationData data, Action<double, string> report, CancellationToken cancel)
    {
        var seed = spec.Seed ?? ExplanationRules.DefaultSeed;
        var places = Draw(data.Rows.Rows, spec.BackgroundRows ?? ExplanationRules.DefaultBackground, seed);
        var background = data.Rows.Take(places);
        if ((await margins.ReadAsync(actor, subject.Version, cancel)).Failed(out var refused, out var margin))
            return refused;
        var request = new ExplainRequest(spec.Method, subject.Place, spec.Samples, seed);
        if ((await PreparedExplainer.PrepareAsync(request, margin.Model, margin.Reason, background, subject.Score, cancel)).Failed(out refused, out var explainer))
            return refused;

        var rows = Draw(data.Rows.Rows, spec.Rows ?? ExplanationRules.DefaultRows, unchecked(seed + 1));
        if ((await ExplainAsync(explainer, subject, data.Rows, rows, report, cancel)).Failed(out refused, out var explanations))
            return refused;
        report(0.6, "permutation importance");
        var parts = new ExplanationParts(subject, spec, seed);
        if ((await parts.PermutationAsync(data, cancel)).Failed(out refused, out var permutation))
            return refused;
        report(0.8, "effects of columns");
        var importance = Importance(subject.Columns, explanations);
        if ((await parts.EffectsAsync(data.Rows, importance, cancel)).Failed(out refused, out var effects))
            return refused;
        if ((await parts.ExamplesAsync(data.Rows, rows, explanations, cancel)).Failed(out refused, out var examples))
            return refused;
        report(0.9, "a tree of the answers");
        if ((await new SurrogatePart(subject, spec.Surrogate ?? ExplanationRules.DefaultSurrogate, seed).MakeAsync(data.Rows, cancel)).Failed(out refused, out var surrogate))
            return refused;
        if ((await new CounterfactualPart(subject, spec, background).FindAsync(data.Rows, rows, report, cancel)).Failed(out refused, out var counterfactuals))
            return refused;
        var result = new ExplanationResult
        {
            Method = explainer.Method,
            MethodReason = explainer.Reason,
            Scale = explainer.Scale,
            ModelSha256 = subject.Version.Sha256,
            Class = subject.IsClass ? subject.Place : null,
            DataSha256 = Hash(data.Rows, subject.Codes),
            DataRows = data.Rows.Rows,
            Background = new()
            {
                Sha256 = Hash(background, subject.Codes),
                Drawn = places.Length == data.Rows.Rows ? "all rows" : "without replacement",
                Rows = places.Length,
                Seed = seed,
                Places = places,
                BaseValue = explainer.BaseValue,
            },
            Rows = rows.Length,
            EfficiencyError = explanations.Max(static one => Math.Abs(one.BaseValue + one.Values.Sum() - one.Prediction)),
            Importance = importance,
            Permutation = permutation,
            Effects = effects,
            Examples = examples,
            Surrogate = surrogate,
            Counterfactuals = counterfactuals,
        };
        return (result, BackgroundDocument.Of(background, subject.Columns, subject.Codes));
    }

    private static async ValueTask<Result<List<RowExplanation>>> ExplainAsync(
        PreparedExplainer explainer, ExplainedVersion subject, FeatureMatrix data, int[] rows, Action<double, string> report, CancellationToken cancel)
    {
        var explanations = new List<RowExplanation>(rows.Length);
        foreach (var row in rows)
        {
            cancel.ThrowIfCancellationRequested();
            report(0.1 + (0.5 * explanations.Count / rows.Length), $"row {explanations.Count + 1} of {rows.Length}");
            if ((await explainer.ExplainAsync(subject.Score, data.Row(row).ToArray(), cancel)).Failed(out var refused, out var one))
                return refused;
            if (!double.IsFinite(one.Prediction) || !one.Values.All(double.IsFinite))
                return Failure.Invalid(Code, $"The model's answer for row {row} or the background is no number; nothing can be explained by it.");
            explanations.Add(one);
        }

        return explanations;
    }

    private static async ValueTask<Result<(int Place, bool IsClass)>> PlaceAsync(ScoredVersion version, ModelRows model, ExplanationData data, ExplanationSpec spec, CancellationToken cancel)
    {
        if ((await version.ScoreAsync(model.Columns(data.Rows, 0, 1), cancel)).Failed(out var refused, out var scores))
            return refused;
        return ModelRows.Explained(scores, spec.Class).Failed(out refused, out var found) ? refused : (found.Place, found.IsClass);
    }

    private static IReadOnlyList<FeatureImportance> Importance(IReadOnlyList<string> columns, List<RowExplanation> explanations) =>
    [
        .. columns.Select((name, column) => new FeatureImportance
        {
            Feature = name,
            MeanAbs = explanations.Average(one => Math.Abs(one.Values[column])),
            Mean = explanations.Average(one => one.Values[column]),
        }).OrderByDescending(static one => one.MeanAbs),
    ];

    // Places without replacement, in order.
    private static int[] Draw(int rows, int wanted, int seed)
    {
        var places = Enumerable.Range(0, rows).ToArray();
        if (wanted >= rows)
            return places;
        new Random(seed).Shuffle(places);
        return [.. places.Take(wanted).Order()];
    }

    /// <summary>SHA-256 of rows: of numbers their bits, of texts their UTF-8 with its length.</summary>
    public static string Hash(FeatureMatrix rows, TextCodes codes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[8];
        for (var row = 0; row < rows.Rows; row++)
        {
            for (var column = 0; column < rows.Columns; column++)
            {
                var text = codes.IsText(column) ? Encoding.UTF8.GetBytes(codes.Decode(column, rows[row, column]) ?? "\0") : null;
                BinaryPrimitives.WriteInt64LittleEndian(bytes, text is null ? BitConverter.DoubleToInt64Bits(rows[row, column]) : text.Length);
                hash.AppendData(bytes);
                if (text is not null)
                    hash.AppendData(text);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
