using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>The tree of a report that says about what the model says.</summary>
internal sealed class SurrogatePart(ExplainedVersion subject, int depth, int seed)
{
    private const int MostRows = 20_000;
    private const int LeastRows = 10;
    private const string Rare = "rarer texts";
    private const double HeldOut = 0.3;

    /// <summary>Grows it on some of the rows and measures it on others; null for fewer than ten rows, and for a depth of 0.</summary>
    public async ValueTask<Result<SurrogateReport?>> MakeAsync(FeatureMatrix data, CancellationToken cancel)
    {
        if (depth == 0 || data.Rows < LeastRows)
            return (SurrogateReport?)null;
        var places = Enumerable.Range(0, data.Rows).ToArray();
        new Random(seed).Shuffle(places);
        var rows = data.Take(places[..Math.Min(places.Length, MostRows)]);
        if ((await subject.Score(rows, cancel)).Failed(out var refused, out var answers))
            return refused;
        if (!answers.All(double.IsFinite))
            return Failure.Invalid("governance.not_explainable", "The model's answers are not all numbers; no tree can be grown on them.");
        cancel.ThrowIfCancellationRequested();
        var held = (int)(rows.Rows * HeldOut);
        bool[] isText = [.. Enumerable.Range(0, rows.Columns).Select(subject.Codes.IsText)];
        var coarse = CommonValues.Coarsened(rows, isText, FeatureEffects.Points);
        var tree = ScoreTree.Grow(coarse.Take([.. Enumerable.Range(held, rows.Rows - held)]), answers[held..], isText, depth, Math.Max(CommonValues.LeastRows, (rows.Rows - held) / 100));
        double[] said = [.. Enumerable.Range(0, held).Select(row => tree.Predict(coarse.Row(row)))];
        var r2 = ExplanationMetrics.R2(said, answers[..held]);
        return new SurrogateReport
        {
            Depth = depth,
            Rows = rows.Rows - held,
            HeldOutRows = held,
            R2 = double.IsFinite(r2) ? r2 : null,
            Agreement = subject.IsClass ? said.Zip(answers).Average(static pair => pair.First >= 0.5 == pair.Second >= 0.5 ? 1.0 : 0.0) : null,
            Rules = [.. Rules(tree, [], tree.Rows)],
        };
    }

    private IEnumerable<SurrogateRule> Rules(ScoreNode node, IReadOnlyList<string> conditions, int all)
    {
        if (node.Split is not { } split)
            return [new() { Conditions = conditions, Output = node.Mean, Share = (double)node.Rows / all }];
        return Rules(node.Left!, [.. conditions, Condition(split, isLeft: true)], all).Concat(Rules(node.Right!, [.. conditions, Condition(split, isLeft: false)], all));
    }

    private string Condition(ScoreSplit split, bool isLeft)
    {
        var name = subject.Columns[split.Column];
        if (double.IsPositiveInfinity(split.Threshold) && split.Texts is null)
            return isLeft ? $"{name} is not missing" : $"{name} is missing";
        var condition = split.Texts is { } texts
            ? $"{name} {(isLeft ? "in" : "not in")} ({string.Join(", ", Texts(split.Column, texts))})"
            : string.Create(CultureInfo.InvariantCulture, $"{name} {(isLeft ? "<=" : ">")} {split.Threshold:R}");
        return split.HadMissing && isLeft == split.MissingIsLeft ? condition + " or missing" : condition;
    }

    // Rare ones stand together, after the others.
    private IEnumerable<string> Texts(int column, HashSet<double> codes) => codes.Where(static code => code != CommonValues.RareText)
        .Select(code => subject.Codes.Decode(column, code)).Order(StringComparer.Ordinal).Select(Quoted).Concat(codes.Contains(CommonValues.RareText) ? [Rare] : []);

    private static string Quoted(string? text) => text is null ? "missing" : $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
