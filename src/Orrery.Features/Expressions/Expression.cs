using System.Text;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>
/// A compiled SQL expression over named columns: one tree that is written as DuckDB SQL for training sets and evaluated in process for
/// serving, with the same value for the same input. An operation that cannot be done for a row (an overflow, a division by zero, a
/// text that is no number) gives null there. Immutable and thread-safe.
/// </summary>
internal sealed class Expression
{
    private readonly ExpressionNode _root;

    private Expression(string text, FeatureType type, ExpressionNode root)
    {
        Text = text;
        Type = type;
        _root = root;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>What it gives: the declared type.</summary>
    public FeatureType Type { get; }

    /// <summary>
    /// Compiles an expression; <c>features.expression_invalid</c> with the place of the fault, counted from 1.
    /// </summary>
    /// <param name="text">Up to 10,000 characters; see the guide for the language.</param>
    /// <param name="columns">What it may name; their order is that of <see cref="Evaluate"/>'s row.</param>
    /// <param name="declared">What it must give: numbers are converted (out of range gives null), everything else must be of this type.</param>
    public static Result<Expression> Compile(string text, IReadOnlyList<ExpressionColumn> columns, FeatureType declared)
    {
        try
        {
            var root = ExpressionParser.Parse(text, columns);
            return new Expression(text, declared, ResultNode.Of(root, declared));
        }
        catch (ExpressionException e)
        {
            return Failure.Invalid("features.expression_invalid", e.Message);
        }
    }

    /// <summary>Writes it as DuckDB SQL; the engine's time zone must be UTC.</summary>
    /// <param name="sql">Where to.</param>
    /// <param name="column">SQL of a column by its place, of the column's own type.</param>
    public void AppendSql(StringBuilder sql, Func<int, string> column) => _root.AppendSql(sql, column);

    /// <summary>Its value for a row.</summary>
    /// <param name="row">One value for each column, of the column's type or null.</param>
    public FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row) => _root.Evaluate(row);
}
