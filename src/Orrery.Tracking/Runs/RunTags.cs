namespace Orrery.Tracking;

/// <summary>Tags that mean something to MLflow's clients and to us.</summary>
internal static class RunTags
{
    public const string Name = "mlflow.runName";
    public const string User = "mlflow.user";
    public const string ModelHistory = "mlflow.log-model.history";
    public const string GitCommit = "mlflow.source.git.commit";
    public const string SourceName = "mlflow.source.name";
    public const string DatasetContext = "mlflow.data.context";
}
