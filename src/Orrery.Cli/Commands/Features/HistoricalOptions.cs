using System.CommandLine;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary>The options of verbs that join features to entity rows.</summary>
internal sealed class HistoricalOptions
{
    private readonly Option<string> _project = FeaturesCommand.Project();
    private readonly Option<string> _entities = new("--entities") { Description = "CSV or Parquet file with the entity rows", HelpName = "file", Required = true };
    private readonly Option<string?> _features = Verb.Text("--features", "Features as view:feature, commas between them", "list");
    private readonly Option<string?> _service = Verb.Text("--service", "A feature service instead of single features", "name");
    private readonly Option<bool> _full = Verb.Flag("--full-feature-names", "Call features view__feature");
    private readonly Option<bool?> _known = new("--known-at") { Description = "Leave out what became known after an entity row's time" };
    private readonly Option<string?> _timestamp = Verb.Text("--timestamp-column", "Column of the rows' times [default: event_timestamp]", "name");

    public Command AddTo(Command command)
    {
        foreach (var option in new Option[] { _project, _entities, _features, _service, _full, _known, _timestamp })
            command.Add(option);
        return command;
    }

    public HistoricalQuery Read(Session session, string output = "parquet")
    {
        var features = (session.Args.GetValue(_features) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var service = session.Args.GetValue(_service);
        if (features.Length == 0 == service is null)
            throw new UsageException("Give either --features or --service.");
        var entities = session.Args.GetRequiredValue(_entities);
        if (!File.Exists(entities))
            throw new UsageException($"There is no file '{entities}'.");
        return new()
        {
            Project = session.Args.GetValue(_project)!,
            Entities = entities,
            Features = features,
            Service = service,
            FullFeatureNames = session.Args.GetValue(_full),
            KnownAt = session.Args.GetValue(_known),
            TimestampColumn = session.Args.GetValue(_timestamp),
            Output = output,
        };
    }
}
