using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>
/// An expression over facts: literals, paths, comparisons, <c>and</c>, <c>or</c>, <c>not</c>, <c>in</c> and a few functions. It is total: it ends, it throws
/// nothing, and says of any facts that it holds, that it does not, or that it cannot be told. Immutable, safe for concurrent use.
/// </summary>
public sealed class PolicyExpression
{
    /// <summary>Longest text, in characters.</summary>
    public const int Longest = 4_000;

    /// <summary>Most steps of an evaluation; one that takes more cannot be told.</summary>
    public const int MostSteps = 200_000;

    private readonly PolicyNode _root;

    private PolicyExpression(string text, PolicyNode root) => (Text, _root) = (text, root);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The expression of a text; or what is wrong with it, and where.</summary>
    public static (PolicyExpression? Expression, PolicyError? Error) Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return (null, new(0, "the expression is empty"));
        if (text.Length > Longest)
            return (null, new(Longest, $"the expression has {text.Length} characters; it may have {Longest}"));
        var (node, error) = PolicyParser.Read(text);
        return node is null ? (null, error) : (new(text, node), null);
    }

    /// <summary>What it says of facts.</summary>
    /// <param name="facts">An object; its members are the roots of paths. <c>time</c> is what <c>days_since</c> counts to.</param>
    /// <param name="data">The policy's own, the root <c>data</c>; null for none.</param>
    public PolicyTruth Evaluate(JsonElement facts, JsonElement? data = null) => Explain(facts, data).Truth;

    /// <summary>What it says of facts, and which paths it missed when it cannot be told.</summary>
    /// <param name="facts">As of <see cref="Evaluate"/>.</param>
    /// <param name="data">As of <see cref="Evaluate"/>.</param>
    public (PolicyTruth Truth, IReadOnlyList<string> Missing) Explain(JsonElement facts, JsonElement? data = null)
    {
        var evaluation = new PolicyEvaluation(facts, data, MostSteps);
        var truth = evaluation.Truth(_root);
        return (truth, truth == PolicyTruth.Unknown ? evaluation.Missing : []);
    }
}
