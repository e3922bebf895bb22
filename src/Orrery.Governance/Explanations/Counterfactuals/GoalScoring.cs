using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Of each row the number that is wanted to be otherwise, and how far it is from that; not above 0 where it is as wanted.</summary>
internal delegate ValueTask<Result<(double[] Outputs, double[] Gaps)>> GoalScoring(FeatureMatrix rows, CancellationToken cancel);
