using System.CommandLine;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary><c>mlops features rollback</c>.</summary>
internal static class FeaturesRollback
{
    public static Command Create()
    {
        var revision = new Argument<long>("revision") { Description = "The revision whose definitions shall hold again", CustomParser = static result => FeaturesRevisions.Number(result) ?? 0 };
        var project = FeaturesCommand.Project();
        var breaking = FeaturesApply.Breaking();
        var note = Verb.Text("--note", "Kept with the revision", "text");
        return new Command("rollback", "Apply the definitions of an earlier revision as a new one.") { revision, project, breaking, note }
            .Example("mlops features rollback 3 -p rides")
            .Does(async session =>
        {
            var options = new FeatureChangeOptions { AllowBreaking = session.Args.GetValue(breaking), Note = session.Args.GetValue(note) };
            FeaturesApply.Show(session, await session.Client.Features.RollbackAsync(session.Args.GetValue(project)!, session.Args.GetValue(revision), options, session.Cancel));
        });
    }
}
