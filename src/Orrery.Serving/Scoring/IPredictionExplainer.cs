using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Explains what a model said; answered by the module of evidence above.</summary>
public interface IPredictionExplainer
{
    /// <summary>Names of a version's columns in its order, for a model that has none of its own; empty for those it has.</summary>
    /// <returns>A conflict when nothing says yet what explanations of the version are relative to.</returns>
    public ValueTask<Result<IReadOnlyList<string>>> ColumnsAsync(Actor actor, string model, long version, CancellationToken cancel);

    /// <summary>Explains rows.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="version">That answers; not to be disposed.</param>
    /// <param name="rows">As the model took them.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns>One explanation a row; a conflict when nothing says yet what explanations of the version are relative to.</returns>
    public ValueTask<Result<InstanceExplanations>> ExplainAsync(Actor actor, ScoredVersion version, ScoreRows rows, CancellationToken cancel);
}
