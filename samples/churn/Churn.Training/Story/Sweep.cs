namespace Churn;

/// <summary>The settings that the story compares: three logistic regressions and six boosted ensembles.</summary>
internal static class Sweep
{
    public const ulong Seed = 20;

    public static IReadOnlyList<Candidate> Candidates { get; } =
    [
        Candidate.Logistic(ridge: 0.01),
        Candidate.Logistic(ridge: 1),
        Candidate.Logistic(ridge: 100),
        Boosting(depth: 1, rate: 0.1),
        Boosting(depth: 2, rate: 0.1),
        Boosting(depth: 3, rate: 0.1),
        Boosting(depth: 3, rate: 0.05),
        Boosting(depth: 3, rate: 0.05, subsample: 0.6),
        Boosting(depth: 4, rate: 0.05, subsample: 0.6),
    ];

    private static Candidate Boosting(int depth, double rate, double subsample = 1) => Candidate.Boosting(new()
    {
        Trees = 400,
        Depth = depth,
        LearningRate = rate,
        MinLeafRows = 20,
        Subsample = subsample,
        Patience = 40,
        Seed = Seed,
    });
}
