using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Counts rows of a comparison as they are answered.</summary>
internal sealed class ComparisonFigures(PredictionComparing comparing)
{
    private const int MostWorst = 10;
    private const int LongestText = 300;

    private readonly SideFigures _old = new();
    private readonly SideFigures _new = new();
    private readonly List<(double Rank, ComparedRow Row)> _worst = [];
    private readonly List<double> _differences = [];
    private int _rows;
    private int _agreed;

    /// <summary>Who has answered none of so many rows, for people; null when both did, or there were fewer rows.</summary>
    public string? SilentSide(int rows) => _rows < rows ? null : _old.Errors == _rows ? "The old endpoint" : _new.Errors == _rows ? "The new version" : null;

    public void Add(string inputs, Result<(JsonNode? Prediction, TimeSpan Elapsed)> old, Result<(JsonNode? Prediction, TimeSpan Elapsed)> fresh)
    {
        var row = _rows++;
        _old.Add(old);
        _new.Add(fresh);
        var oldFailed = old.Failed(out var oldProblem, out var left);
        if (fresh.Failed(out var newProblem, out var right) || oldFailed)
        {
            Keep(double.PositiveInfinity, new() { Row = row, Reason = oldFailed ? $"the old endpoint did not answer ({oldProblem!.Code})" : $"the new version did not answer ({newProblem!.Code})", Inputs = Short(inputs) });
            return;
        }

        var found = comparing.Of(left.Prediction, right.Prediction);
        if (found.Largest is { } difference)
            _differences.Add(difference);
        if (found.Reason is not { } reason)
        {
            _agreed++;
            return;
        }

        Keep(found.Largest is > 0 ? found.Largest.Value : double.MaxValue, new()
        {
            Row = row,
            Difference = found.Largest,
            Reason = reason,
            Inputs = Short(inputs),
            Old = Short(left.Prediction?.ToJsonString() ?? "null"),
            New = Short(right.Prediction?.ToJsonString() ?? "null"),
        });
    }

    public ModelMigrationComparison End(ModelMigrationComparison begun) => begun with
    {
        State = "done",
        Rows = _rows,
        Agreed = _agreed,
        Agreement = _rows == 0 ? null : (double)_agreed / _rows,
        LargestDifference = _differences.Count == 0 ? null : _differences.Max(),
        MeanDifference = _differences.Count == 0 ? null : _differences.Average(),
        Old = _old.End(),
        New = _new.End(),
        Worst = [.. _worst.Select(static one => one.Row)],
    };

    // Worst first; of equals the earlier row.
    private void Keep(double rank, ComparedRow row)
    {
        var place = _worst.FindIndex(one => one.Rank < rank);
        _worst.Insert(place < 0 ? _worst.Count : place, (rank, row));
        if (_worst.Count > MostWorst)
            _worst.RemoveAt(MostWorst);
    }

    private static string Short(string text) => text.Length > LongestText ? text[..LongestText] + "..." : text;

    private sealed class SideFigures
    {
        private readonly List<double> _times = [];

        public int Errors { get; private set; }

        public string? FirstError { get; private set; }

        public void Add(Result<(JsonNode? Prediction, TimeSpan Elapsed)> answer)
        {
            if (answer.Failed(out var problem, out var told))
            {
                Errors++;
                FirstError ??= Short(problem.Message);
                return;
            }

            _times.Add(told.Elapsed.TotalMilliseconds);
        }

        public ComparedSide End() => new()
        {
            Errors = Errors,
            FirstError = FirstError,
            P50Ms = _times.Count == 0 ? null : Quantiles.Of(_times, 0.5),
            P95Ms = _times.Count == 0 ? null : Quantiles.Of(_times, 0.95),
        };
    }
}
