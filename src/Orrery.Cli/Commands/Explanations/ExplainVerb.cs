using System.CommandLine;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops explain</c>.</summary>
internal sealed class ExplainVerb
{
    private readonly Argument<string> _model = Verb.Argument("model", "The registered model");
    private readonly Argument<string> _version = Verb.Argument("version", "Number of its version");
    private readonly Option<string[]> _data = new("--data", "-d") { Description = "Files of the workspace by path or glob, file:///... or s3://...; or project/training-set's-id with --training-set", HelpName = "path", DefaultValueFactory = _ => [] };
    private readonly Option<bool> _set = Verb.Flag("--training-set", "--data names a training set, as project/id");
    private readonly Option<string?> _format = Verb.Text("--format", "What the files are written in: parquet, csv or jsonl [default: by their endings]", "format");
    private readonly Option<string?> _warehouse = Verb.Text("--warehouse", "A warehouse of the server, for --table or --query", "name");
    private readonly Option<string?> _table = Verb.Text("--table", "A table of the warehouse", "schema.table");
    private readonly Option<string?> _query = Verb.Text("--query", "One select, of the warehouse or of the files that --from names", "sql");
    private readonly Option<string[]> _from = Verb.Texts("--from", "Of a query without a warehouse: a table's name and its files", "name=path");
    private readonly Option<string[]> _feature = Verb.Texts("--feature", "The data's columns in the model's order, for a model without names of columns", "column");
    private readonly Option<string?> _label = Verb.Text("--label", "Column with what turned out to be true, for permutation importance", "column");
    private readonly Option<string[]> _group = Verb.Texts("--group", "Columns to permute together", "name=column,column");
    private readonly Option<string?> _method = Verb.Text("--method", "auto, exact, kernel, tree or linear [default: auto]", "method");
    private readonly Option<int?> _class = new("--class") { Description = "Place of the class to explain among the sorted classes, from 0", HelpName = "n" };
    private readonly Option<int?> _rows = new("--rows") { Description = "Rows to explain [default: 200]", HelpName = "n" };
    private readonly Option<int?> _background = new("--background") { Description = "Rows that explanations are relative to [default: 100]", HelpName = "n" };
    private readonly Option<int?> _surrogate = new("--surrogate") { Description = "Depth of the tree that says about what the model says, 0 for none [default: 3]", HelpName = "n" };
    private readonly Option<string?> _counterfactuals = Verb.Text("--counterfactuals", "Smallest changes to look for, as JSON: {\"goal\": {\"class\": 0}, \"constraints\": {\"age\": {\"fixed\": true}}}; - for standard input", "file");
    private readonly Option<int?> _seed = new("--seed") { Description = "Of all that is drawn by lot [default: 1]", HelpName = "n" };
    private readonly Option<bool> _noWait = Verb.Flag("--no-wait", "Do not wait until the report is made");

    private ExplainVerb()
    {
    }

    public static Command Create()
    {
        var explain = new ExplainVerb();
        var command = new Command("explain", "Explain a version over data: which columns count, how answers move with them, and examples. Its background is that of later explanations.")
        {
            explain._model, explain._version,
        };
        foreach (var option in new Option[]
        {
            explain._data, explain._set, explain._format, explain._warehouse, explain._table, explain._query, explain._from, explain._feature, explain._label, explain._group, explain._method,
            explain._class, explain._rows, explain._background, explain._surrogate, explain._counterfactuals, explain._seed, explain._noWait,
        })
        {
            command.Add(option);
        }

        return command.Example("mlops explain churn 3 --data customers.parquet --label churned").Does(explain.RunAsync);
    }

    private async Task<int> RunAsync(Session session)
    {
        var args = session.Args;
        var made = await session.Client.Explanations.CreateAsync(
            new()
            {
                Model = args.GetRequiredValue(_model),
                Version = args.GetRequiredValue(_version),
                Data = Data(args),
                Features = args.GetValue(_feature)!,
                Label = args.GetValue(_label),
                Groups = args.GetValue(_group)!.Select(text => Verb.Pair(text, _group.Name))
                    .ToDictionary(static pair => pair.Key, static pair => (IReadOnlyList<string>)pair.Value.Split(','), StringComparer.Ordinal),
                Method = args.GetValue(_method)!,
                Class = args.GetValue(_class),
                Rows = args.GetValue(_rows),
                BackgroundRows = args.GetValue(_background),
                Surrogate = args.GetValue(_surrogate),
                Counterfactuals = args.GetValue(_counterfactuals) is { } file ? CounterfactualsOf(await TextInput.ReadAsync(session, file)) : null,
                Seed = args.GetValue(_seed),
            },
            session.Cancel);
        if (!args.GetValue(_noWait))
            return await ExplanationText.WatchAsync(session, made);
        ExplanationText.Show(session, made);
        return ExitCodes.Ok;
    }

    private EvaluationData Data(ParseResult args)
    {
        var data = args.GetValue(_data)!;
        if (!args.GetValue(_set))
        {
            return new()
            {
                Files = data,
                Format = args.GetValue(_format),
                Warehouse = args.GetValue(_warehouse),
                Table = args.GetValue(_table),
                Query = args.GetValue(_query),
                Tables = args.GetValue(_from)!.Select(text => Verb.Pair(text, _from.Name)).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal),
            };
        }

        return data is [var one] && one.Split('/') is [var project, var id]
            ? new() { Project = project, TrainingSet = id }
            : throw new UsageException("--training-set needs one --data, written project/id.");
    }

    private static CounterfactualSpec CounterfactualsOf(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, OrreryJson.TypeOf<CounterfactualSpec>()) ?? new();
        }
        catch (JsonException broken)
        {
            throw new UsageException($"What --counterfactuals names is no JSON of counterfactuals: {broken.Message}");
        }
    }
}
