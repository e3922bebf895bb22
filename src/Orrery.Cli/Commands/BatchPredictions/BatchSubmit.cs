using System.CommandLine;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops batch-predict submit</c>.</summary>
internal sealed class BatchSubmit
{
    private readonly VersionChoice _version = new();
    private readonly Option<string?> _deployment = Verb.Text("--deployment", "Instead of a model: what this deployment has now", "environment/name[/variant]");
    private readonly Option<string[]> _input = new("--input", "-i") { Description = "Files of the workspace by path or glob, file:///... or s3://...; Parquet, CSV or JSON lines", HelpName = "path", DefaultValueFactory = _ => [] };
    private readonly Option<string?> _format = Verb.Text("--format", "What the files are written in: parquet, csv or jsonl [default: by their endings]", "format");
    private readonly Option<string?> _warehouse = Verb.Text("--warehouse", "A warehouse of the server, for --table or --query", "name");
    private readonly Option<string?> _table = Verb.Text("--table", "A table of the warehouse", "schema.table");
    private readonly Option<string?> _query = Verb.Text("--query", "One select, of the warehouse or of the files that --from names", "sql");
    private readonly Option<string[]> _from = Verb.Texts("--from", "Of a query without a warehouse: a table's name and its files", "name=path");
    private readonly Option<string[]> _column = Verb.Texts("--column", "A column that the model knows by another name", "model's=input's");
    private readonly Option<string[]> _feature = Verb.Texts("--feature", "The input's columns in the model's order, for a model without names of columns", "column");
    private readonly Option<string[]> _keep = Verb.Texts("--keep", "Column of the input to stand beside what is predicted", "column");
    private readonly Option<string[]> _output = Verb.Texts("--output", "Output of the model to keep [default: all]", "name");
    private readonly Option<bool> _csv = Verb.Flag("--csv", "Write CSV instead of Parquet");
    private readonly Option<bool> _skip = Verb.Flag("--skip", "Set rows aside that are refused, instead of ending with the first");
    private readonly Option<int?> _mostRefused = new("--max-refused") { Description = "Rows that may be set aside [default: 10000]", HelpName = "n" };
    private readonly Option<int?> _rows = new("--partition-rows") { Description = "Rows of a partition [default: 100000]", HelpName = "n" };
    private readonly Option<int?> _parallel = new("--parallel") { Description = "Partitions at once, over all servers [default: 2]", HelpName = "n" };
    private readonly Option<string?> _name = Verb.Text("--name", "For people", "text");
    private readonly Option<string?> _key = Verb.Text("--key", "The same key and the same rest give the same batch prediction, however often they are sent", "text");
    private readonly Option<string?> _file = new("--file", "-f") { Description = "All of it as JSON, instead of the above; - for standard input", HelpName = "file" };
    private readonly Option<bool> _wait = Verb.Flag("--wait", "Wait until it has ended, and tell how far it is");

    private BatchSubmit()
    {
    }

    public static Command Create()
    {
        var submit = new BatchSubmit();
        var command = new Command("submit", "Ask for a batch prediction. With --wait it ends with 1 when that failed.");
        submit._version.AddTo(command);
        foreach (var option in new Option[]
        {
            submit._deployment, submit._input, submit._format, submit._warehouse, submit._table, submit._query, submit._from, submit._column, submit._feature, submit._keep, submit._output,
            submit._csv, submit._skip, submit._mostRefused, submit._rows, submit._parallel, submit._name, submit._key, submit._file, submit._wait,
        })
        {
            command.Add(option);
        }

        return command
            .Example("mlops batch-predict submit --model churn --version 3 --input 'customers/*.parquet' --keep customer_id --wait")
            .Does(submit.RunAsync);
    }

    private async Task<int> RunAsync(Session session)
    {
        var spec = session.Args.GetValue(_file) is { } file ? await ReadAsync(session, file) : await ReadAsync(session);
        var made = await session.Client.BatchPredictions.CreateAsync(spec, session.Args.GetValue(_key), session.Cancel);
        if (session.Args.GetValue(_wait))
            return await BatchText.WatchAsync(session, made);
        BatchText.Show(session, made);
        return ExitCodes.Ok;
    }

    private static async Task<BatchPredictionSpec> ReadAsync(Session session, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(await TextInput.ReadAsync(session, file), OrreryJson.TypeOf<BatchPredictionSpec>()) ?? throw new UsageException("The file is empty.");
        }
        catch (JsonException broken)
        {
            throw new UsageException($"The file is no batch prediction in JSON: {broken.Message}");
        }
    }

    private async Task<BatchPredictionSpec> ReadAsync(Session session)
    {
        var deployment = session.Args.GetValue(_deployment) is { } named ? Deployment(named) : null;
        if (deployment is not null && _version.IsGiven(session))
            throw new UsageException("--deployment says which model; leave --model, --version and --alias out.");
        var version = deployment is null ? await _version.ReadAsync(session) : null;
        return new()
        {
            Name = session.Args.GetValue(_name),
            Model = version?.Name,
            Version = version?.Version,
            Deployment = deployment,
            Input = new()
            {
                Files = session.Args.GetValue(_input)!,
                Format = session.Args.GetValue(_format),
                Warehouse = session.Args.GetValue(_warehouse),
                Table = session.Args.GetValue(_table),
                Query = session.Args.GetValue(_query),
                Tables = Pairs(session, _from),
            },
            Columns = Pairs(session, _column),
            Features = session.Args.GetValue(_feature)!,
            Output = new()
            {
                Format = session.Args.GetValue(_csv) ? "csv" : "parquet",
                Outputs = session.Args.GetValue(_output)!,
                Keep = session.Args.GetValue(_keep)!,
            },
            OnError = session.Args.GetValue(_skip) ? "skip" : "fail",
            MaxRefused = session.Args.GetValue(_mostRefused),
            PartitionRows = session.Args.GetValue(_rows),
            Parallel = session.Args.GetValue(_parallel),
        };
    }

    private static BatchDeployment Deployment(string text) => text.Split('/') switch
    {
        [var environment, var name] => new() { Environment = environment, Name = name },
        [var environment, var name, var variant] => new() { Environment = environment, Name = name, Variant = variant },
        _ => throw new UsageException($"'{text}' is not environment/name or environment/name/variant, as --deployment needs it."),
    };

    private static Dictionary<string, string> Pairs(Session session, Option<string[]> option) =>
        session.Args.GetValue(option)!.Select(text => Verb.Pair(text, option.Name)).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);
}
