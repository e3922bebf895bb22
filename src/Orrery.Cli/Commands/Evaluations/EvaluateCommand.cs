using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops evaluate</c>.</summary>
internal sealed class EvaluateCommand
{
    private readonly Argument<string> _model = Verb.Argument("model", "Registered model");
    private readonly Argument<string> _version = Verb.Argument("version", "Number of the version, or latest");
    private readonly Option<string[]> _data = Verb.Texts("--data", "Files of the workspace by path or glob, file:///... or s3://...; or project/training-set's-id with --training-set", "path");
    private readonly Option<bool> _set = Verb.Flag("--training-set", "--data names a training set, as project/id");
    private readonly Option<string?> _warehouse = Verb.Text("--warehouse", "A warehouse of the server, for --table or --query", "name");
    private readonly Option<string?> _table = Verb.Text("--table", "A table of the warehouse", "schema.table");
    private readonly Option<string?> _query = Verb.Text("--query", "One select, of the warehouse or of the files that --from names", "sql");
    private readonly Option<string[]> _from = Verb.Texts("--from", "Of a query without a warehouse: a table's name and its files", "name=path");
    private readonly Option<string> _label = new("--label") { Description = "Column with the truth", HelpName = "column", Required = true };
    private readonly Option<string> _task = new("--task") { Description = "binary, multiclass or regression", HelpName = "task", Required = true };
    private readonly Option<string?> _positive = Verb.Text("--positive", "The label's value that is looked for [default: the greatest]", "value");
    private readonly Option<double?> _threshold = new("--threshold") { Description = "Score from which on a row is predicted positive [default: 0.5]", HelpName = "0..1" };
    private readonly Option<string?> _slices = Verb.Text("--slices", "Columns to slice by, separated by commas; a*b for an intersection", "a,b");
    private readonly Option<string?> _sensitive = Verb.Text("--sensitive", "Protected attributes that fairness is computed over, separated by commas", "a,b");
    private readonly Option<string[]> _privileged = Verb.Texts("--privileged", "Privileged group of a protected attribute", "attribute=group");
    private readonly Option<bool> _intersections = Verb.Flag("--intersections", "Look at all pairs of slices, and of protected attributes, too");
    private readonly Option<string?> _weight = Verb.Text("--weight", "Column of row weights", "column");
    private readonly Option<string[]> _column = Verb.Texts("--column", "A column that the model knows by another name", "model's=data's");
    private readonly Option<string[]> _feature = Verb.Texts("--feature", "The data's columns in the model's order, for a model without names of columns", "column");
    private readonly Option<string?> _baseline = Verb.Text("--baseline", "Version to compare with", "version");
    private readonly Option<string[]> _gate = Verb.Texts("--gate", "What must hold, or the verb ends with 1: 'auc >= 0.8', 'recall@contract=Monthly >= 0.6', 'demographic_parity_ratio(female) >= 0.8'", "gate");
    private readonly Option<long?> _seed = new("--seed") { Description = "Of the resamples [default: 1]", HelpName = "n" };
    private readonly Option<string?> _interval = Verb.Text("--interval", "Bootstrap intervals: percentile or bca [default: percentile]", "kind");
    private readonly Option<int?> _resamples = new("--resamples") { Description = "Bootstrap resamples, 0 for no intervals [default: 200]", HelpName = "n" };

    private EvaluateCommand()
    {
    }

    public static Command Create()
    {
        var evaluate = new EvaluateCommand();
        var command = new Command("evaluate", "Evaluate a model version on rows with labels: metrics with intervals, slices, fairness, comparisons. Ends with 1 when a gate fails.")
        {
            evaluate._model, evaluate._version,
        };
        foreach (var option in new Option[]
        {
            evaluate._data, evaluate._set, evaluate._warehouse, evaluate._table, evaluate._query, evaluate._from, evaluate._label, evaluate._task, evaluate._positive, evaluate._threshold,
            evaluate._slices, evaluate._sensitive, evaluate._privileged, evaluate._intersections, evaluate._weight, evaluate._column, evaluate._feature, evaluate._baseline, evaluate._gate,
            evaluate._seed, evaluate._resamples, evaluate._interval,
        })
        {
            command.Add(option);
        }

        return command
            .Example("mlops evaluate churn 3 --data holdout.parquet --label churn --task binary --slices contract --gate 'auc >= 0.8'")
            .Does(evaluate.RunAsync);
    }

    private async Task<int> RunAsync(Session session)
    {
        var found = await VersionChoice.FindAsync(session, session.Args.GetRequiredValue(_model), session.Args.GetRequiredValue(_version));
        var made = await session.Client.Evaluations.CreateAsync(Spec(session, found.Name, found.Version), session.Cancel);
        return await EvaluationText.WatchAsync(session, made);
    }

    private EvaluationSpec Spec(Session session, string model, string version) => new()
    {
        Model = model,
        Version = version,
        Data = Data(session),
        Label = session.Args.GetRequiredValue(_label),
        Task = session.Args.GetRequiredValue(_task),
        Positive = session.Args.GetValue(_positive),
        Threshold = session.Args.GetValue(_threshold),
        Slices = Names(session, _slices),
        Sensitive = Names(session, _sensitive),
        Privileged = Pairs(session, _privileged),
        Intersections = session.Args.GetValue(_intersections),
        Weight = session.Args.GetValue(_weight),
        Columns = Pairs(session, _column),
        Features = session.Args.GetValue(_feature)!,
        Baseline = session.Args.GetValue(_baseline),
        Gates = session.Args.GetValue(_gate)!,
        Seed = session.Args.GetValue(_seed),
        Resamples = session.Args.GetValue(_resamples),
        Interval = session.Args.GetValue(_interval) ?? "percentile",
    };

    private EvaluationData Data(Session session)
    {
        var data = session.Args.GetValue(_data)!;
        if (!session.Args.GetValue(_set))
        {
            return new()
            {
                Files = data,
                Warehouse = session.Args.GetValue(_warehouse),
                Table = session.Args.GetValue(_table),
                Query = session.Args.GetValue(_query),
                Tables = Pairs(session, _from),
            };
        }

        return data is [var one] && one.Split('/') is [var project, var id]
            ? new() { Project = project, TrainingSet = id }
            : throw new UsageException("--training-set needs one --data, written project/id.");
    }

    private static string[] Names(Session session, Option<string?> option) =>
        session.Args.GetValue(option)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static Dictionary<string, string> Pairs(Session session, Option<string[]> option) =>
        session.Args.GetValue(option)!.Select(text => Verb.Pair(text, option.Name)).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);
}
