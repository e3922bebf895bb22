using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>
/// Reads rows by the engine's chunks and has versions score them, two chunks at a time; keeps the truth, the slices and what the versions say. Results do not hang on which
/// chunk is done first.
/// </summary>
internal sealed class EvaluationReading(EvaluationSpec spec, IReadOnlyList<ScoredVersion> versions, DuckConnection connection, IReadOnlyList<string> paths, Action<double> report, CancellationToken cancel)
{
    private const int MostRows = 20_000_000;
    private const int MostClasses = 1000;
    private const int MostValues = 50;
    private const int Binned = 20;
    private const int Threads = 2;
    private const string Other = "(other)";
    private const string Missing = "(missing)";

    private readonly EvaluationRowsStore _store = new(connection, paths, cancel);
    private readonly List<string> _notes = [];
    private readonly List<(string Name, List<string> Values)> _slices = [];
    private readonly List<string> _expressions = [];
    private readonly List<(string Name, bool IsText)> _inputs = [];
    private IReadOnlyList<string> _classes = [];
    private string _condition = "true";

    /// <summary>Reads it all; <c>governance.evaluation_data</c>, <c>governance.evaluation_output</c>, and what the versions refuse.</summary>
    public async Task<Result<EvaluationColumns>> ReadAsync()
    {
        if (MissingColumn() is { } missing)
            return Refuse($"The data has no column '{missing}'; it has {string.Join(", ", _store.Columns.Take(50).Select(static one => one.Name))}.");
        if (versions.FirstOrDefault(version => version.Inputs.Any(input => string.Equals(Source(input.Name), spec.Label, StringComparison.OrdinalIgnoreCase))) is { } told)
            return Refuse($"Version {told.Version} of {told.Model} takes the label '{spec.Label}' as an input: it would be told the truth.");
        _condition = spec.Task == EvaluationTasks.Regression ? $"isfinite({_store.NumberOf(spec.Label)})" : $"({_store.TextOf(spec.Label)}) is not null";
        var (all, labelled) = _store.Count(_condition);
        if (labelled is 0 or > MostRows)
            return Refuse($"{labelled} of {all} rows have a label; there must be 1 to {MostRows}.");
        if (Classes() is { } wrong || Inputs() is { } wrong2 && (wrong = wrong2) is not null)
            return wrong;
        Slices();
        return await ScoreAsync((int)labelled, all - labelled);
    }

    private string? MissingColumn() => new[] { spec.Label, spec.Weight }
        .Concat(spec.Slices.Concat(spec.Sensitive).SelectMany(static one => one.Split(SliceColumn.Joint)))
        .Concat(versions.SelectMany(static version => version.Inputs).Select(input => Source(input.Name)))
        .FirstOrDefault(name => name is not null && !_store.Has(name));

    private string Source(string name) => spec.Columns.TryGetValue(name, out var source) ? source : name;

    private Failure? Classes()
    {
        if (spec.Task == EvaluationTasks.Regression)
            return null;
        var found = _store.Values(spec.Label, _condition, MostClasses + 1);
        if (spec.Task == EvaluationTasks.Binary && found.Count == 1)
            found = Both(found[0]) ?? found;
        if (spec.Task == EvaluationTasks.Binary && found.Count != 2)
            return Refuse($"The label '{spec.Label}' has {(found.Count > MostClasses ? $"more than {MostClasses}" : found.Count.ToString(CultureInfo.InvariantCulture))} values; a binary evaluation needs 2.");
        if (found.Count > MostClasses)
            return Refuse($"The label '{spec.Label}' has more than {MostClasses} values.");
        _classes = found.TrueForAll(static one => Number(one) is not null) ? [.. found.OrderBy(static one => Number(one))] : [.. found.Order(StringComparer.Ordinal)];
        return spec.Positive is { } positive && !_classes.Contains(positive)
            ? Refuse($"The label '{spec.Label}' has no value '{positive}', which 'positive' names; it has {_classes.Count} others.")
            : null;
    }

    // Of rows of one class alone the other is known where there is a custom.
    private static List<string>? Both(string only) => new List<string>[] { ["0", "1"], ["false", "true"], ["No", "Yes"], ["no", "yes"] }.FirstOrDefault(pair => pair.Contains(only));

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private int Positive() => spec.Positive is { } named ? _classes.ToList().IndexOf(named) : _classes.Count - 1;

    private Failure? Inputs()
    {
        _expressions.Add(spec.Task == EvaluationTasks.Regression ? _store.NumberOf(spec.Label) : _store.CodeOf(spec.Label, _classes));
        if (spec.Weight is { } weight)
        {
            if (_store.Count($"{_condition} and coalesce(isfinite({_store.NumberOf(weight)}) and {_store.NumberOf(weight)} >= 0, false) = false").Holding is > 0 and var bad)
                return Refuse($"{bad} rows have no weight of 0 or more in '{weight}'.");
            _expressions.Add(_store.NumberOf(weight));
        }

        foreach (var (name, isText) in versions.SelectMany(static version => version.Inputs).Select(input => (Source(input.Name), input.IsText)).Distinct())
        {
            if (!isText && !_store.IsNumber(name) && _store.Count($"{_condition} and {_store.NoNumber(name)}").Holding is > 0 and var texts)
                return Refuse($"{texts} rows have something in '{name}' that is no number, which the model takes.");
            _inputs.Add((name, isText));
            _expressions.Add(isText ? $"coalesce({_store.TextOf(name)}, '')" : _store.NumberOf(name));
        }

        return null;
    }

    private void Slices()
    {
        foreach (var name in spec.Slices.Concat(spec.Sensitive).SelectMany(static one => one.Split(SliceColumn.Joint)).Distinct(StringComparer.Ordinal))
        {
            var values = _store.Values(name, _condition, MostValues + 1);
            if (_store.IsNumber(name) && values.Count > Binned && _store.Edges(name, _condition) is { Length: > 2 } edges)
            {
                _slices.Add((name, [.. Bins(edges), Missing]));
                _expressions.Add(_store.BinOf(name, edges[1..^1]));
                _notes.Add($"'{name}' is cut at its quartiles.");
                continue;
            }

            if (values.Count > MostValues)
                _notes.Add($"'{name}' has more than {MostValues} values; the rarest are put together.");
            List<string> kept = values.Count > MostValues ? values[..(MostValues - 1)] : values;
            kept = kept.TrueForAll(static one => Number(one) is not null) ? [.. kept.OrderBy(static one => Number(one))] : [.. kept.Order(StringComparer.Ordinal)];
            _slices.Add((name, [.. kept, Other, Missing]));
            _expressions.Add(_store.CodeOf(name, kept));
        }
    }

    private static IEnumerable<string> Bins(double[] edges) => Enumerable.Range(0, edges.Length - 1)
        .Select(bin => string.Create(CultureInfo.InvariantCulture, $"[{edges[bin]:G6}, {edges[bin + 1]:G6}{(bin == edges.Length - 2 ? ']' : ')')}"));

    private async Task<Result<EvaluationColumns>> ScoreAsync(int rows, long withoutLabel)
    {
        var isRegression = spec.Task == EvaluationTasks.Regression;
        var positive = isRegression ? 0 : Positive();
        var kept = new EvaluationChunks(_inputs, [.. _slices.Select(static slice => slice.Values)], isRegression, spec.Weight is not null, rows);
        var says = versions.Select((_, index) => new VersionSays(spec.Task, _classes, positive, rows, index == 0 ? VersionSays.DefaultBudget : 0)).ToList();
        using var reader = _store.Read(_expressions, _condition);
        var failed = new TaskCompletionSource<Failure>();
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() => WorkAsync(kept, reader, says, failed, rows), cancel)));
        if (failed.Task.IsCompletedSuccessfully)
            return await failed.Task;
        if (kept.Rows != rows)
            return Failure.Conflict("governance.evaluation_data", $"{kept.Rows} rows were read and {rows} were counted: the data changed meanwhile.");
        return new EvaluationColumns
        {
            Count = rows,
            WithoutLabel = withoutLabel,
            Classes = _classes,
            Truth = kept.Truth,
            Target = kept.Target,
            Weights = kept.Weights,
            Slices = _slices.Select((slice, index) => Used(slice.Name, slice.Values, kept.Slices[index])).ToDictionary(static one => one.Name, StringComparer.Ordinal),
            Versions = says,
            Sha256 = kept.Hash(),
            Notes = _notes,
        };
    }

    private async Task WorkAsync(EvaluationChunks kept, DuckReader reader, List<VersionSays> says, TaskCompletionSource<Failure> failed, int rows)
    {
        var buffer = new ChunkBuffer(_inputs);
        while (!failed.Task.IsCompleted && kept.Next(reader, buffer))
        {
            cancel.ThrowIfCancellationRequested();
            for (var index = 0; index < versions.Count; index++)
            {
                var scored = await versions[index].ScoreAsync(buffer.Rows(versions[index], Source), cancel);
                var truth = spec.Task == EvaluationTasks.Multiclass ? kept.Truth.AsMemory(buffer.First, buffer.Count) : default;
                var done = scored.Failed(out var refused, out var scores) ? refused : says[index].Take(scores, buffer.First, truth.Span);
                if (done.Failure is { } wrong)
                {
                    failed.TrySetResult(wrong with { Message = $"Version {versions[index].Version} of {versions[index].Model}: {wrong.Message}" });
                    return;
                }
            }

            report((double)(buffer.First + buffer.Count) / rows);
        }
    }

    // Groups that no row is in are left out.
    private static SliceColumn Used(string name, List<string> values, int[] codes)
    {
        var places = new int[values.Count];
        foreach (var code in codes)
            places[code] = 1;
        var used = new List<string>();
        for (var value = 0; value < places.Length; value++)
        {
            if (places[value] == 0)
                continue;
            places[value] = used.Count;
            used.Add(values[value]);
        }

        return new(name, used, Array.ConvertAll(codes, code => places[code]));
    }

    private static Failure Refuse(string why) => Failure.Invalid("governance.evaluation_data", why);
}
