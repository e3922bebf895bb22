using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops card diff</c>.</summary>
internal static class CardDiffShow
{
    public static Command Create()
    {
        var (model, version) = (CardCommand.Model(), CardCommand.Version());
        var other = Verb.Argument("other", "Number of the version to compare with");
        return new Command("diff", "Tell what differs between the cards of two versions.") { model, version, other }
            .Example("mlops card diff churn-predictor 1 2")
            .Does(async session =>
            {
                var diff = await session.Client.Cards.DiffAsync(
                    session.Args.GetRequiredValue(model), session.Args.GetRequiredValue(version), session.Args.GetRequiredValue(other), session.Cancel);
                session.Output.List(
                    diff, diff.Changes, null,
                    ("FIELD", static change => change.Path),
                    ("", static change => change.Kind),
                    ("BEFORE", static change => change.Before is { } value ? CardShow.Clip(value) : ""),
                    ("AFTER", static change => change.After is { } value ? CardShow.Clip(value) : ""));
            });
    }
}
