using System.CommandLine;
using System.Net;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>A version of a registered model, by number, alias, or as the latest.</summary>
internal sealed class VersionChoice
{
    private const string Latest = "latest";
    private const int Listed = 20;

    private readonly Option<string?> _model = Verb.Text("--model", "The registered model", "name");
    private readonly Option<string?> _version = Verb.Text("--version", "Number of its version, or latest", "n");
    private readonly Option<string?> _alias = Verb.Text("--alias", "The version that this alias points at now", "alias");

    public Command AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_version);
        command.Add(_alias);
        return command;
    }

    public bool IsGiven(Session session) => (session.Args.GetValue(_model) ?? session.Args.GetValue(_version) ?? session.Args.GetValue(_alias)) is not null;

    /// <summary>The version, which exists.</summary>
    public Task<ModelVersion> ReadAsync(Session session)
    {
        var model = session.Args.GetValue(_model) ?? throw new UsageException("Say which model: --model NAME.");
        return (session.Args.GetValue(_version), session.Args.GetValue(_alias)) switch
        {
            (null, null) => throw new UsageException("Say which version: --version N, --version latest, or --alias NAME."),
            (null, { } alias) => FindByAliasAsync(session, model, alias),
            ({ } version, null) => FindAsync(session, model, version),
            _ => throw new UsageException("--version and --alias both name a version; give one of them."),
        };
    }

    /// <summary>A version by its number, or the latest.</summary>
    /// <exception cref="OrreryApiException">404: there is no such model or version; the message says which versions there are.</exception>
    public static async Task<ModelVersion> FindAsync(Session session, string model, string version)
    {
        // A model without versions is told from one that does not exist.
        await session.Client.Models.GetAsync(model, session.Cancel);
        var versions = new List<ModelVersion>();
        await foreach (var one in session.Client.Versions.OfModelAsync(model, session.Cancel))
            versions.Add(one);
        versions.Sort(static (left, right) => Number(right).CompareTo(Number(left)));
        return (version is Latest ? versions.FirstOrDefault() : versions.FirstOrDefault(one => one.Version == version))
            ?? throw new OrreryApiException(HttpStatusCode.NotFound, "registry.version_not_found", Missing(model, version, versions), requestId: null);
    }

    private static async Task<ModelVersion> FindByAliasAsync(Session session, string model, string alias)
    {
        try
        {
            return await session.Client.Models.GetByAliasAsync(model, alias, session.Cancel);
        }
        catch (OrreryApiException missing) when (missing.Status is HttpStatusCode.BadRequest)
        {
            // MLflow's wire has 400 for an alias that is not there.
            var found = await session.Client.Models.GetAsync(model, session.Cancel);
            if (found.Aliases.Any(one => one.Alias == alias))
                throw;
            var there = found.Aliases.Count == 0 ? "no alias at all" : $"no alias {alias}; it has {ModelsCommand.Aliases(found)}";
            throw new OrreryApiException(HttpStatusCode.NotFound, "registry.alias_not_found", $"Model {model} has {there}.", missing.RequestId);
        }
    }

    private static string Missing(string model, string version, List<ModelVersion> versions)
    {
        if (versions.Count == 0)
            return $"Model {model} has no versions yet; 'mlops models register {model} runs:/RUN/PATH' makes the first.";
        var numbers = string.Join(", ", versions.Take(Listed).Select(static one => one.Version)) + (versions.Count > Listed ? ", ..." : "");
        return $"Model {model} has no version {version}; it has {numbers}.";
    }

    private static long Number(ModelVersion version) => long.TryParse(version.Version, out var number) ? number : 0;
}
