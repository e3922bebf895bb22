using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>How verbs on data are told which rows they are about.</summary>
internal sealed class DataRows
{
    private readonly Argument<string[]> _files = new("data") { Description = "Files of the workspace by path or glob, file:///... or s3://...; or, with --warehouse, a table", HelpName = "data", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _format = Verb.Text("--format", "What the files are written in: parquet, csv or jsonl [default: by their endings]", "format");
    private readonly Option<string?> _warehouse = Verb.Text("--warehouse", "A warehouse of the server, of which the data is a table", "name");
    private readonly Option<string?> _query = Verb.Text("--query", "One select, of the warehouse or of the files that --from names", "sql");
    private readonly Option<string[]> _from = Verb.Texts("--from", "Of a query without a warehouse: a table's name and its files", "name=path");

    public Command AddTo(Command command)
    {
        command.Add(_files);
        foreach (var option in new Option[] { _format, _warehouse, _query, _from })
            command.Add(option);
        return command;
    }

    public BatchInput Read(Session session)
    {
        var args = session.Args;
        var (data, warehouse) = (args.GetValue(_files) ?? [], args.GetValue(_warehouse));
        if (warehouse is not null && data.Length > 1)
            throw new UsageException("With --warehouse the data is one table.");
        var isTable = warehouse is not null && data.Length == 1;
        return new()
        {
            Files = isTable ? [] : data,
            Format = args.GetValue(_format),
            Warehouse = warehouse,
            Table = isTable ? data[0] : null,
            Query = args.GetValue(_query),
            Tables = args.GetValue(_from)!.Select(text => Verb.Pair(text, _from.Name)).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal),
        };
    }
}
