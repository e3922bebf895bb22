using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>The explained number of a model for each row: a probability, a predicted value or a margin.</summary>
internal delegate ValueTask<Result<double[]>> RowScoring(FeatureMatrix rows, CancellationToken cancel);
