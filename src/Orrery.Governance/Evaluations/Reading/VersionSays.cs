using System.Globalization;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>What a version says of the rows, kept as the task needs it.</summary>
/// <param name="task">Of <see cref="EvaluationTasks"/>.</param>
/// <param name="classes">The label's values.</param>
/// <param name="positive">The one that is looked for.</param>
/// <param name="rows">How many there are.</param>
/// <param name="budget">Bytes for the probabilities of all of several classes; 0 to keep those of the true class alone.</param>
internal sealed class VersionSays(string task, IReadOnlyList<string> classes, int positive, int rows, long budget)
{
    /// <summary>Bytes that an evaluation may take for probabilities of all classes.</summary>
    public const long DefaultBudget = 2L << 30;

    private readonly int[] _codes = new int[task == EvaluationTasks.Regression ? 0 : rows];
    private readonly double[] _numbers = new double[rows];
    private float[]? _probabilities;
    private volatile bool _hasProbabilities;
    private readonly Lock _lock = new();

    /// <summary>Of a regression, predictions; of a binary classifier, probabilities of the positive class, or 0 and 1; otherwise those of the true class.</summary>
    public double[] Numbers => _numbers;

    /// <summary>Predicted class of each row; of several classes.</summary>
    public int[] Codes => _codes;

    /// <summary>Whether there are probabilities.</summary>
    public bool HasProbabilities => _hasProbabilities;

    /// <summary>[rows, classes]; null without probabilities, of two classes, and where only those of the true class are kept.</summary>
    public float[]? Probabilities => _probabilities;

    /// <summary>Takes what it says of some rows; <c>governance.evaluation_output</c> when that is not what the task wants.</summary>
    public Result<Done> Take(Scores scores, int first, ReadOnlySpan<int> truth) => task switch
    {
        EvaluationTasks.Regression => Values(scores, first),
        EvaluationTasks.Binary => Two(scores, first),
        _ => Several(scores, first, truth),
    };

    private Result<Done> Values(Scores scores, int first)
    {
        if (scores.Predictions?.Numbers is not { } values)
            return Refuse("gives no numbers, one a row, which a regression must");
        values.AsSpan(0, scores.Count).CopyTo(_numbers.AsSpan(first));
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
                return Refuse("predicts what is no finite number");
        }

        return Done.Ok;
    }

    private Result<Done> Two(Scores scores, int first)
    {
        if (scores.Probabilities is { } probabilities)
        {
            if (probabilities.Width > 2)
                return Refuse($"gives probabilities of {probabilities.Width} classes; the label has 2 values");
            _hasProbabilities = true;
            var column = probabilities.Width == 2 ? positive : 0;
            for (var row = 0; row < scores.Count; row++)
            {
                var value = probabilities.Numbers![(row * probabilities.Width) + column];
                if (value is not (>= 0 and <= 1))
                    return Refuse("gives a probability that is not from 0 to 1");
                _numbers[first + row] = value;
            }

            return Done.Ok;
        }

        if (scores.Labels is not { } labels)
            return Refuse("gives neither probabilities nor labels");
        for (var row = 0; row < scores.Count; row++)
        {
            if (Code(labels[row]) is not { } code)
                return Refuse("predicts what is neither of the label's 2 values");
            _numbers[first + row] = code == positive ? 1 : 0;
        }

        return Done.Ok;
    }

    private Result<Done> Several(Scores scores, int first, ReadOnlySpan<int> truth)
    {
        var probabilities = scores.Probabilities;
        if (probabilities is not null && probabilities.Width != classes.Count)
            return Refuse($"gives probabilities of {probabilities.Width} classes; the label has {classes.Count} values");
        var bytes = (long)rows * classes.Count * sizeof(float);
        if (probabilities is not null && budget > 0 && bytes > budget)
            return Refuse(string.Create(CultureInfo.InvariantCulture, $"gives probabilities of {classes.Count} classes for {rows} rows, which would take {bytes} bytes, more than {budget}; evaluate it on at most {budget / (classes.Count * sizeof(float))} rows"));
        if (probabilities is not null)
            Keep(probabilities, first, scores.Count, truth);
        var labels = scores.Labels;
        if (labels is null && probabilities is null)
            return Refuse("gives neither probabilities nor labels");
        for (var row = 0; row < scores.Count; row++)
        {
            var code = labels is not null ? Code(labels[row]) : Greatest(probabilities!, row);
            if (code is null)
                return Refuse($"predicts what is none of the label's {classes.Count} values");
            _codes[first + row] = code.Value;
        }

        return Done.Ok;
    }

    private void Keep(ScoreOutput probabilities, int first, int count, ReadOnlySpan<int> truth)
    {
        if (budget > 0)
        {
            lock (_lock)
                _probabilities ??= new float[(long)_numbers.Length * classes.Count];
        }

        _hasProbabilities = true;
        for (var index = 0; _probabilities is not null && index < count * classes.Count; index++)
            _probabilities[((long)first * classes.Count) + index] = (float)probabilities.Numbers![index];
        for (var row = 0; row < count; row++)
            _numbers[first + row] = probabilities.Numbers![(row * classes.Count) + truth[row]];
    }

    private static int Greatest(ScoreOutput probabilities, int row)
    {
        var of = probabilities.Numbers!.AsSpan(row * probabilities.Width, probabilities.Width);
        var greatest = 0;
        for (var code = 1; code < of.Length; code++)
            greatest = of[code] > of[greatest] ? code : greatest;
        return greatest;
    }

    // By name, else by number, as models that were trained on numbered classes give them.
    private int? Code(string label)
    {
        for (var code = 0; code < classes.Count; code++)
        {
            if (classes[code] == label)
                return code;
        }

        return int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < classes.Count
            && !classes.Any(static one => double.TryParse(one, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) ? number : null;
    }

    private static Failure Refuse(string what) => Failure.Invalid("governance.evaluation_output", $"The version {what}.");
}
