namespace Orrery.Lineage;

/// <summary>The kinds of things in the graph.</summary>
public static class NodeKinds
{
    /// <summary>A source of features; key <c>project/name</c>.</summary>
    public const string Source = "source";

    /// <summary>A column of a source; key <c>project/name#column</c>.</summary>
    public const string SourceColumn = "source_column";

    /// <summary>A version of a feature view or of an on-demand view; key <c>project/name@v3</c>.</summary>
    public const string FeatureViewVersion = "feature_view_version";

    /// <summary>A feature of a version of a view; key <c>project/name@v3#feature</c>.</summary>
    public const string Feature = "feature";

    /// <summary>A training set; its id.</summary>
    public const string TrainingSet = "training_set";

    /// <summary>A commit of source code; its hash.</summary>
    public const string CodeCommit = "code_commit";

    /// <summary>What was installed where a run ran; the hash of its snapshot.</summary>
    public const string Environment = "environment";

    /// <summary>A run; its id.</summary>
    public const string Run = "run";

    /// <summary>A logged model; its id.</summary>
    public const string LoggedModel = "logged_model";

    /// <summary>A model version; key <c>model id/3</c>, name <c>churn/3</c>.</summary>
    public const string ModelVersion = "model_version";

    /// <summary>A decision on a version; its id.</summary>
    public const string Approval = "approval";

    /// <summary>A revision of a deployment; key <c>deployment/revision</c>.</summary>
    public const string DeploymentRevision = "deployment_revision";

    /// <summary>A prediction; its id. Not kept in the graph: the log of predictions has them.</summary>
    public const string Prediction = "prediction";

    /// <summary>What turned out to be true of a prediction; the prediction's id. Not kept in the graph.</summary>
    public const string Label = "label";

    /// <summary>A report on a version: an evaluation, explanations, a scan, a snapshot of a card; key <c>evaluation/id</c>, <c>explanation/id</c>, <c>scan/id</c>, <c>card/model id/3/1</c>.</summary>
    public const string Report = "report";

    /// <summary>A data set that a run or a job names; key <c>namespace|name</c>.</summary>
    public const string Dataset = "dataset";

    /// <summary>A column of a data set; key <c>namespace|name|column</c>.</summary>
    public const string DatasetColumn = "dataset_column";

    /// <summary>A job of another system; key <c>namespace|name</c>.</summary>
    public const string Job = "job";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Source, SourceColumn, FeatureViewVersion, Feature, TrainingSet, CodeCommit, Environment, Run, LoggedModel, ModelVersion, Approval, DeploymentRevision, Prediction,
        Label, Report, Dataset, DatasetColumn, Job,
    ];

    /// <summary>Whether it is a column of something, or a feature.</summary>
    public static bool IsColumn(string kind) => kind is SourceColumn or Feature or DatasetColumn;
}
