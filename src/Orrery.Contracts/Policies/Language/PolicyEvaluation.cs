using System.Globalization;
using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>One evaluation of an expression, with a budget of steps.</summary>
internal sealed class PolicyEvaluation(JsonElement facts, JsonElement? data, int steps)
{
    private const int LongestMatched = 10_000;
    private const int MostMissing = 10;
    private readonly Dictionary<string, PolicyValue> _variables = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [];
    private int _steps = steps;

    /// <summary>Paths that were looked for in vain.</summary>
    public IReadOnlyList<string> Missing => _steps < 0 ? ["(it takes too many steps)"] : _missing;

    /// <summary>Whether a part holds. What is no truth cannot be told.</summary>
    public PolicyTruth Truth(PolicyNode node) => Value(node) is { Kind: PolicyValueKind.Truth } value && _steps >= 0 ? value.Truth : PolicyTruth.Unknown;

    private PolicyValue Value(PolicyNode node)
    {
        if (--_steps < 0)
            return PolicyValue.Missing;
        return node switch
        {
            LiteralNode literal => literal.Value,
            ListNode list => PolicyValue.Of([.. list.Items.Select(Value)]),
            PathNode path => Find(path),
            JunctionNode junction => PolicyValue.Of(Join(junction.IsAnd, junction.Parts.Select(Truth))),
            NotNode not => PolicyValue.Of(Opposite(Truth(not.Part))),
            ComparisonNode comparison => PolicyValue.Of(Compare(comparison.Sign, Value(comparison.Left), Value(comparison.Right))),
            EachNode each => OverAll(each),
            CallNode call => Call(call),
            _ => PolicyValue.Missing,
        };
    }

    // Strong Kleene logic: one false decides 'and', one true decides 'or', whatever the others are.
    private static PolicyTruth Join(bool isAnd, IEnumerable<PolicyTruth> parts)
    {
        var (decides, whole) = isAnd ? (PolicyTruth.False, PolicyTruth.True) : (PolicyTruth.True, PolicyTruth.False);
        foreach (var part in parts)
        {
            if (part == decides)
                return decides;
            if (part == PolicyTruth.Unknown)
                whole = PolicyTruth.Unknown;
        }

        return whole;
    }

    private static PolicyTruth Opposite(PolicyTruth truth) => truth switch { PolicyTruth.True => PolicyTruth.False, PolicyTruth.False => PolicyTruth.True, _ => PolicyTruth.Unknown };

    private PolicyTruth Compare(string sign, PolicyValue left, PolicyValue right)
    {
        if (sign is "==" or "!=")
            return sign == "==" ? left.SameAs(right) : Opposite(left.SameAs(right));
        if (sign is "in")
            return Contains(right, left);
        return left.CompareTo(right) is not { } order ? PolicyTruth.Unknown : sign switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 } ? PolicyTruth.True : PolicyTruth.False;
    }

    private PolicyTruth Contains(PolicyValue holder, PolicyValue one) => (holder.Kind, one.Kind) switch
    {
        (PolicyValueKind.Text, PolicyValueKind.Text) => Spend(holder.Text!.Length / 16) && holder.Text.Contains(one.Text!, StringComparison.Ordinal) ? PolicyTruth.True : PolicyTruth.False,
        (PolicyValueKind.Object, PolicyValueKind.Text) => holder.Element.TryGetProperty(one.Text!, out _) ? PolicyTruth.True : PolicyTruth.False,
        (PolicyValueKind.List, not PolicyValueKind.Missing) => Join(isAnd: false, holder.Elements().TakeWhile(_ => Spend(1)).Select(one.SameAs)),
        _ => PolicyTruth.Unknown,
    };

    private PolicyValue OverAll(EachNode each)
    {
        var list = Value(each.List);
        if (list.Kind != PolicyValueKind.List)
            return PolicyValue.Missing;
        if (each.Function is "any" or "all")
            return PolicyValue.Of(Join(each.Function == "all", Bound(each, list).Select(static one => one.Kind == PolicyValueKind.Truth ? one.Truth : PolicyTruth.Unknown)));
        var values = Bound(each, list).ToList();
        if (each.Function != "count")
            return Fold(each.Function, values);
        return values.TrueForAll(static one => one.Kind == PolicyValueKind.Truth) ? PolicyValue.Of(values.Count(static one => one.Truth == PolicyTruth.True)) : PolicyValue.Missing;
    }

    private IEnumerable<PolicyValue> Bound(EachNode each, PolicyValue list)
    {
        foreach (var element in list.Elements())
        {
            if (!Spend(1))
                yield break;
            _variables[each.Variable] = element;
            var value = Value(each.Body);
            _variables.Remove(each.Variable);
            yield return value;
        }
    }

    private PolicyValue Call(CallNode call)
    {
        if (call.Function == "exists")
            return PolicyValue.Of(Find((PathNode)call.Arguments[0], isAsked: true).Kind != PolicyValueKind.Missing);
        if (call.Function == "default")
            return Quietly(call.Arguments[0]) is { Kind: not PolicyValueKind.Missing } there ? there : Value(call.Arguments[1]);
        var first = Value(call.Arguments[0]);
        return call.Function switch
        {
            "contains" => PolicyValue.Of(Contains(first, Value(call.Arguments[1]))),
            "size" => first.Size() is { } size ? PolicyValue.Of(size) : PolicyValue.Missing,
            "lower" => first.Kind == PolicyValueKind.Text && Spend(first.Text!.Length / 16) ? PolicyValue.Of(first.Text.ToLowerInvariant()) : PolicyValue.Missing,
            "days_since" => Days(first),
            "matches" => first is { Kind: PolicyValueKind.Text, Text.Length: <= LongestMatched } && Spend(first.Text.Length) ? PolicyValue.Of(call.Pattern!.IsMatch(first.Text)) : PolicyValue.Missing,
            _ => first.Kind == PolicyValueKind.List ? Fold(call.Function, [.. first.Elements().TakeWhile(_ => Spend(1))]) : PolicyValue.Missing,
        };
    }

    // The least and the greatest of nothing are missing; the sum of nothing is 0. One element that is no number makes all of it missing.
    private static PolicyValue Fold(string function, List<PolicyValue> values) =>
        values.Exists(static one => one.Kind != PolicyValueKind.Number) || (values.Count == 0 && function != "sum") ? PolicyValue.Missing
        : PolicyValue.Of(function switch { "min" => values.Min(static one => one.Number), "max" => values.Max(static one => one.Number), _ => values.Sum(static one => one.Number) });

    private PolicyValue Days(PolicyValue since) => Moment(since) is { } from && facts.ValueKind == JsonValueKind.Object && facts.TryGetProperty("time", out var time) && Moment(PolicyValue.Of(time)) is { } to
        ? PolicyValue.Of((to - from).TotalDays)
        : PolicyValue.Missing;

    private static DateTimeOffset? Moment(PolicyValue value) => value.Kind == PolicyValueKind.Text && value.Text!.Length < 64
        && DateTimeOffset.TryParse(value.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    private PolicyValue Quietly(PolicyNode node)
    {
        var known = _missing.Count;
        var value = Value(node);
        _missing.RemoveRange(known, _missing.Count - known);
        return value;
    }

    private PolicyValue Find(PathNode path, bool isAsked = false)
    {
        var value = _variables.TryGetValue(path.Root, out var bound) ? bound
            : path.Root == "data" ? data is { } own ? PolicyValue.Of(own) : PolicyValue.Missing
            : facts.ValueKind == JsonValueKind.Object && facts.TryGetProperty(path.Root, out var root) ? PolicyValue.Of(root) : PolicyValue.Missing;
        foreach (var (name, place) in path.Steps)
        {
            if (!Spend(1))
                return PolicyValue.Missing;
            value = name is not null
                ? value.Kind == PolicyValueKind.Object && value.Element.TryGetProperty(name, out var member) ? PolicyValue.Of(member) : PolicyValue.Missing
                : value.Kind == PolicyValueKind.List && place < value.Size() ? PolicyValue.Of(value.Element[place]) : PolicyValue.Missing;
        }

        if (value.Kind == PolicyValueKind.Missing && !isAsked && _missing.Count < MostMissing && !_missing.Contains(path.ToString()))
            _missing.Add(path.ToString());
        return value;
    }

    private bool Spend(int count) => (_steps -= count) >= 0;
}
