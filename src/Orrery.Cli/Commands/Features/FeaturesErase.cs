using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features erase</c>.</summary>
internal static class FeaturesErase
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var entity = Verb.Texts("--entity", "A join key and its value; once for each column of the key", "key=value");
        entity.Required = true;
        var reason = Verb.Text("--reason", "Kept in the receipt", "text");
        var sets = Verb.Flag("--delete-training-sets", "Training sets that hold the entity too, instead of naming them in the receipt");
        var yes = Confirmation.Option();
        return new Command("erase", "Delete one entity's values from every store, with a receipt. Ends with 1 when something is left elsewhere.") { project, entity, reason, sets, yes }
            .Example("mlops features erase -p rides --entity driver_id=1001 --reason \"request 17\" --yes")
            .Does(async session =>
            {
                var keys = Keys(session.Args.GetRequiredValue(entity));
                Confirmation.Ask(session, yes, $"The values of {string.Join(", ", keys.Select(static pair => $"{pair.Key}={pair.Value}"))} would be deleted from every store of project {session.Args.GetValue(project)}.");
                return FeaturesErasures.Receipt(session, await session.Client.Features.EraseAsync(session.Args.GetValue(project)!, new EraseEntity
                {
                    Entity = keys,
                    Reason = session.Args.GetValue(reason),
                    DeleteTrainingSets = session.Args.GetValue(sets),
                }, session.Cancel));
            });
    }

    private static Dictionary<string, string> Keys(IEnumerable<string> given)
    {
        var keys = new Dictionary<string, string>();
        foreach (var (key, value) in given.Select(static text => Verb.Pair(text, "--entity")))
        {
            if (!keys.TryAdd(key, value))
                throw new UsageException($"--entity {key} is given twice; one entity is erased at a time.");
        }

        return keys;
    }
}
