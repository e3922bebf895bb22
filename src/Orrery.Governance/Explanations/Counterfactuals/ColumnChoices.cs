using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>The values that one column of a row may take beside its own.</summary>
internal sealed class ColumnChoices
{
    private const string Code = "governance.invalid_constraint";
    private const int MostListed = 64;
    private const int Quantiles = 20;

    private readonly ColumnGrid _grid;
    private readonly bool _isText;

    private ColumnChoices(int column, double own, double[] values, bool isComplete, ColumnGrid grid, bool isText = false)
    {
        (Column, Own, IsComplete, _grid, _isText) = (column, own, isComplete, grid, isText);
        Values = [.. values.Where(value => !IsOwn(value)).Distinct()];
    }

    public int Column { get; }

    /// <summary>What the row has.</summary>
    public double Own { get; }

    /// <summary>Values to try.</summary>
    public double[] Values { get; }

    /// <summary>Whether it may take no other values than those.</summary>
    public bool IsComplete { get; }

    /// <summary>Finds them; <c>governance.invalid_constraint</c>.</summary>
    /// <param name="name">Of the column.</param>
    /// <param name="column">Its place.</param>
    /// <param name="own">What the row has.</param>
    /// <param name="seen">What the background has.</param>
    /// <param name="codes">Of texts.</param>
    /// <param name="constraint">Null for none.</param>
    public static Result<ColumnChoices> Of(string name, int column, double own, double[] seen, TextCodes codes, FeatureConstraint? constraint)
    {
        if (constraint is { Fixed: true })
            return new ColumnChoices(column, own, [], isComplete: true, default);
        if (codes.IsText(column))
            return Texts(name, column, own, seen, codes, constraint);
        double[] numbers = [.. seen.Where(double.IsFinite).Order()];
        var (low, high) = Range(own, numbers, constraint);
        // Of a missing value it cannot be said which way it goes.
        if (low is not { } least || high is not { } most || least > most || (double.IsNaN(own) && constraint?.Direction is not null))
            return new ColumnChoices(column, own, [], isComplete: true, default);
        var grid = Grid(own, numbers, constraint);
        if (constraint?.Values is { } listed)
            return Listed(name, column, own, listed, value => value >= least && value <= most && grid.Has(value));
        if (grid.Step > 0 && (most - least) / grid.Step <= MostListed)
            return new ColumnChoices(column, own, [.. Steps(grid, least, most).Where(grid.Has)], isComplete: true, grid);
        var some = Enumerable.Range(0, Quantiles + 1).Select(part => numbers.Length == 0 ? least : numbers[(int)((long)part * (numbers.Length - 1) / Quantiles)])
            .Append(least).Append(most).Append(least + ((most - least) / 2)).Select(grid.Snap).Where(value => value >= least && value <= most && grid.Has(value));
        return new ColumnChoices(column, own, [.. some.Order()], isComplete: false, grid);
    }

    /// <summary>Values nearer to the row's own than one that was chosen, to make a change smaller.</summary>
    public IEnumerable<double> Nearer(double chosen)
    {
        if (_isText || double.IsNaN(Own))
            return [];
        var way = chosen - Own;
        if (IsComplete)
            return Values.Where(value => Math.Sign(value - Own) == Math.Sign(way) && Math.Abs(value - Own) < Math.Abs(way));
        double[] parts = [0.5, 0.25, 0.125, 1.0 / 32, 1.0 / 256];
        var nearer = parts.Select(part => _grid.Snap(chosen - (part * way)));
        if (_grid.Step > 0)
            nearer = nearer.Append(_grid.Snap(chosen - (Math.Sign(way) * _grid.Step)));
        return nearer.Where(value => _grid.Has(value) && !IsOwn(value) && Math.Abs(value - Own) < Math.Abs(way) && Math.Sign(value - Own) == Math.Sign(way)).Distinct();
    }

    // Numbers of single precision differ from what was meant by less than any change.
    private bool IsOwn(double value) => value.Equals(Own) || (!_isText && Math.Abs(value - Own) <= 1e-7 * Math.Max(1, Math.Abs(Own)));

    private static Result<ColumnChoices> Texts(string name, int column, double own, double[] seen, TextCodes codes, FeatureConstraint? constraint)
    {
        if (constraint is { Min: not null } or { Max: not null } or { Step: not null } or { Direction: not null } or { IntegerOnly: true })
            return Failure.Invalid(Code, $"The column '{name}' has texts; 'min', 'max', 'step', 'direction' and 'integer_only' are of numbers.");
        if (constraint?.Values is not { } listed)
            return new ColumnChoices(column, own, seen, isComplete: true, default, isText: true);
        if (listed.FirstOrDefault(static value => value.ValueKind is not JsonValueKind.String) is { ValueKind: not JsonValueKind.Undefined } other)
            return Failure.Invalid(Code, $"'values' of the column '{name}' has {other.GetRawText()}; its values are texts.");
        return new ColumnChoices(column, own, [.. listed.Select(value => codes.Encode(column, value.GetString()))], isComplete: true, default, isText: true);
    }

    private static Result<ColumnChoices> Listed(string name, int column, double own, IReadOnlyList<JsonElement> listed, Func<double, bool> isAllowed)
    {
        var values = new List<double>();
        foreach (var value in listed)
        {
            if (value.ValueKind is not JsonValueKind.Number || !value.TryGetDouble(out var number))
                return Failure.Invalid(Code, $"'values' of the column '{name}' has {value.GetRawText()}; its values are numbers.");
            if (isAllowed(number))
                values.Add(number);
        }

        return new ColumnChoices(column, own, [.. values.Order()], isComplete: true, default);
    }

    // What is listed is allowed wherever it lies, within bounds that were asked for.
    private static (double? Low, double? High) Range(double own, double[] seen, FeatureConstraint? constraint)
    {
        double? low = constraint?.Min, high = constraint?.Max;
        if (constraint?.Values is not null)
        {
            low ??= double.MinValue;
            high ??= double.MaxValue;
        }

        if (seen.Length > 0)
        {
            low ??= Math.Min(seen[0], high ?? seen[0]);
            high ??= Math.Max(seen[^1], low.Value);
        }

        return constraint?.Direction switch
        {
            "up" => (low is { } least ? Math.Max(least, own) : null, high),
            "down" => (low, high is { } most ? Math.Min(most, own) : null),
            _ => (low, high),
        };
    }

    private static ColumnGrid Grid(double own, double[] seen, FeatureConstraint? constraint)
    {
        if (constraint?.Values is not null)
            return new(own, double.IsNaN(own) ? 0 : constraint.Step ?? 0, null, constraint.IntegerOnly);
        if (constraint?.Step is { } step && !double.IsNaN(own))
            return new(own, step, null, constraint.IntegerOnly);
        if (constraint is { IntegerOnly: true })
            return new(0, 1, 0, IsWhole: true);
        return ColumnGrid.Of(double.IsNaN(own) ? seen : [.. seen, own]);
    }

    private static IEnumerable<double> Steps(ColumnGrid grid, double least, double most)
    {
        var first = grid.Snap(least);
        if (first < least && !first.Equals(least))
            first = grid.Snap(first + grid.Step);
        for (var place = 0; place <= MostListed + 1 && grid.Snap(first + (place * grid.Step)) is var value && value <= most; place++)
            yield return value;
    }
}
