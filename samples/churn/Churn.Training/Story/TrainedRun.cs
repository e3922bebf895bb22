namespace Churn;

/// <summary>A candidate after training: the model, how it got there and how well it does on the validation rows.</summary>
internal sealed record TrainedRun(Candidate Candidate, IModel Model, IReadOnlyList<Iteration> Iterations, double[] ValidProbabilities, Scores Valid, TimeSpan Elapsed)
{
    public string Name => Candidate.Name;

    public Scores ScoreOn(Table table) => Scores.Of(table.Labels, Model.Probabilities(table.Inputs));
}
