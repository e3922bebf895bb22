using System.Runtime.CompilerServices;
using System.Text;

namespace Orrery.Features;

/// <summary>A function of up to three values that is null when one of them is.</summary>
/// <param name="Name">Lower case.</param>
/// <param name="Parameters">Kinds of its arguments, all of them required; whole numbers are widened where a fraction is asked for.</param>
/// <param name="Result">Kind of its value.</param>
/// <param name="Sql">DuckDB SQL with each of <c>{0}</c> to <c>{2}</c> once.</param>
/// <param name="Apply">The same in process; no argument is null.</param>
internal sealed record FunctionSpec(string Name, ValueKind[] Parameters, ValueKind Result, string Sql, FunctionBody Apply);

/// <summary>What a function does.</summary>
internal delegate FeatureValue FunctionBody(in FunctionArguments arguments);

/// <summary>Arguments of one call.</summary>
[InlineArray(3)]
internal struct FunctionArguments
{
    private FeatureValue _first;
}

/// <summary>A call of a function.</summary>
internal sealed class FunctionNode(FunctionSpec spec, ExpressionNode[] arguments) : ExpressionNode(spec.Result)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        var rest = spec.Sql.AsSpan();
        while (true)
        {
            var open = rest.IndexOf('{');
            if (open < 0)
                break;
            // A quantifier of a regular expression is no place.
            if (rest[open + 2] is not '}' || rest[open + 1] is < '0' or > '2')
            {
                sql.Append(rest[..(open + 1)]);
                rest = rest[(open + 1)..];
                continue;
            }

            sql.Append(rest[..open]);
            arguments[rest[open + 1] - '0'].AppendSql(sql, column);
            rest = rest[(open + 3)..];
        }

        sql.Append(rest);
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        FunctionArguments values = default;
        for (var at = 0; at < arguments.Length; at++)
        {
            values[at] = arguments[at].Evaluate(row);
            if (values[at].IsNull)
                return FeatureValue.Null;
        }

        return spec.Apply(values);
    }
}
