using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>Turns rows of numbers into a version's columns and back, and has the version score them.</summary>
/// <param name="version">Whose columns.</param>
/// <param name="codes">Of its columns of texts.</param>
internal sealed class ModelRows(ScoredVersion version, TextCodes codes)
{
    /// <summary>Rows at once.</summary>
    private const int BatchRows = 8192;

    public static TextCodes Codes(ScoredVersion version) => new([.. version.Inputs.Select(static input => input.IsText)]);

    /// <summary>The explained number of each row.</summary>
    /// <param name="place">Of the class among several; null for the default.</param>
    public RowScoring Scoring(int? place) => async (rows, cancel) =>
    {
        var values = new double[rows.Rows];
        for (var first = 0; first < rows.Rows; first += BatchRows)
        {
            var count = Math.Min(BatchRows, rows.Rows - first);
            if ((await version.ScoreAsync(Columns(rows, first, count), cancel)).Failed(out var refused, out var scores))
                return refused;
            if (Explained(scores, place).Failed(out refused, out var column))
                return refused;
            for (var row = 0; row < count; row++)
                values[first + row] = column.Output.Numbers![(row * column.Output.Width) + column.Place];
        }

        return values;
    };

    /// <summary>How far rows are from an answer that is wanted.</summary>
    public GoalScoring Scoring(OutcomeGoal goal) => async (rows, cancel) =>
    {
        var (outputs, gaps) = (new double[rows.Rows], new double[rows.Rows]);
        for (var first = 0; first < rows.Rows; first += BatchRows)
        {
            var count = Math.Min(BatchRows, rows.Rows - first);
            if ((await version.ScoreAsync(Columns(rows, first, count), cancel)).Failed(out var refused, out var scores))
                return refused;
            for (var row = 0; row < count; row++)
                (outputs[first + row], gaps[first + row]) = goal.Of(scores, row);
        }

        return (outputs, gaps);
    };

    /// <summary>What the version says of a few rows.</summary>
    public ValueTask<Result<Scores>> ScoreAsync(FeatureMatrix rows, CancellationToken cancel) => version.ScoreAsync(Columns(rows, 0, rows.Rows), cancel);

    /// <summary>The output that is explained, and the place in it: a class's probability or the predicted value. <c>governance.not_explainable</c>.</summary>
    public static Result<(ScoreOutput Output, int Place, bool IsClass)> Explained(Scores scores, int? asked)
    {
        const string Code = "governance.not_explainable";
        if (scores.Probabilities is { Numbers: not null } probabilities)
        {
            if (asked is null && probabilities.Width > 2)
                return Failure.Invalid(Code, $"The model has {probabilities.Width} classes; say which is explained in 'class', 0 to {probabilities.Width - 1}.");
            var place = asked ?? probabilities.Width - 1;
            return place < probabilities.Width
                ? (probabilities, place, true)
                : Failure.Invalid(Code, $"'class' is {place}; the model has {probabilities.Width} classes, 0 to {probabilities.Width - 1}.");
        }

        if (asked is > 0)
            return Failure.Invalid(Code, $"'class' is {asked}; the model gives no probabilities of classes.");
        return scores.Predictions is { Numbers: not null } predictions
            ? (predictions, 0, false)
            : Failure.Invalid(Code, "The model gives labels alone, neither probabilities nor numbers; there is nothing to explain.");
    }

    /// <summary>Rows of numbers as the version's columns.</summary>
    public ScoreRows Columns(FeatureMatrix rows, int first, int count)
    {
        var given = new ScoreRows(count);
        for (var column = 0; column < rows.Columns; column++)
        {
            var name = version.Inputs[column].Name;
            if (codes.IsText(column))
            {
                var texts = new string?[count];
                for (var row = 0; row < count; row++)
                    texts[row] = codes.Decode(column, rows[first + row, column]);
                given.Set(name, texts);
                continue;
            }

            var numbers = new double[count];
            for (var row = 0; row < count; row++)
                numbers[row] = rows[first + row, column];
            given.Set(name, numbers);
        }

        return given;
    }

    /// <summary>The version's columns as rows of numbers.</summary>
    public FeatureMatrix Matrix(ScoreRows rows)
    {
        var matrix = new FeatureMatrix(rows.Count, version.Inputs.Count);
        for (var column = 0; column < matrix.Columns; column++)
        {
            var name = version.Inputs[column].Name;
            for (var row = 0; row < rows.Count; row++)
                matrix[row, column] = codes.IsText(column) ? codes.Encode(column, rows.Texts(name)![row]) : rows.Numbers(name)![row];
        }

        return matrix;
    }
}
