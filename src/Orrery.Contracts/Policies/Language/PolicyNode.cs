using System.Text.RegularExpressions;

namespace Orrery.Contracts;

/// <summary>A part of an expression.</summary>
/// <param name="Position">Where it begins.</param>
internal abstract record PolicyNode(int Position);

/// <summary>A literal.</summary>
internal sealed record LiteralNode(int Position, PolicyValue Value) : PolicyNode(Position);

/// <summary>A list of operands.</summary>
internal sealed record ListNode(int Position, IReadOnlyList<PolicyNode> Items) : PolicyNode(Position);

/// <summary>A path into the facts; a step is a name or the place in a list.</summary>
internal sealed record PathNode(int Position, string Root, IReadOnlyList<(string? Name, int Place)> Steps) : PolicyNode(Position)
{
    public override string ToString() => Root + string.Concat(Steps.Select(static step => step.Name is { } name ? "." + name : $"[{step.Place}]"));
}

/// <summary>All, or any, of some parts.</summary>
internal sealed record JunctionNode(int Position, bool IsAnd, IReadOnlyList<PolicyNode> Parts) : PolicyNode(Position);

/// <summary>The opposite.</summary>
internal sealed record NotNode(int Position, PolicyNode Part) : PolicyNode(Position);

/// <summary>A comparison.</summary>
internal sealed record ComparisonNode(int Position, string Sign, PolicyNode Left, PolicyNode Right) : PolicyNode(Position);

/// <summary>A function of values.</summary>
internal sealed record CallNode(int Position, string Function, IReadOnlyList<PolicyNode> Arguments) : PolicyNode(Position)
{
    /// <summary>Of <c>matches</c>.</summary>
    public Regex? Pattern { get; init; }
}

/// <summary>A function over the elements of a list: <c>any(x in list, x.value > 1)</c>.</summary>
internal sealed record EachNode(int Position, string Function, string Variable, PolicyNode List, PolicyNode Body) : PolicyNode(Position);
