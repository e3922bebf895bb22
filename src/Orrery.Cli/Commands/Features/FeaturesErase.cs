using System.CommandLine;
using System.Globalization;
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
        return new Command("erase", "Delete one entity's values from every store, with a receipt. Ends with 1 when something is left elsewhere.") { project, entity, reason }.Does(async session =>
        {
            var receipt = await session.Client.Features.EraseAsync(session.Args.GetValue(project)!, new EraseEntity
            {
                Entity = session.Args.GetRequiredValue(entity).Select(static text => Verb.Pair(text, "--entity")).ToDictionary(static pair => pair.Key, static pair => pair.Value),
                Reason = session.Args.GetValue(reason),
            }, session.Cancel);
            session.Output.List(
                receipt, [.. receipt.Places], null,
                ("WHERE", static place => place.Kind),
                ("NAME", static place => place.Name),
                ("FOUND", static place => place.Found.ToString(CultureInfo.InvariantCulture)),
                ("DELETED", static place => place.Deleted.ToString(CultureInfo.InvariantCulture)),
                ("NOTE", static place => place.Note));
            session.Output.Remark($"Receipt {receipt.Id}: {(receipt.IsComplete ? "complete" : "not complete, see the notes")}.");
            return receipt.IsComplete ? ExitCodes.Ok : ExitCodes.Failed;
        });
    }
}
