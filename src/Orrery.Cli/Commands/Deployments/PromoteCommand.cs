using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops promote</c>.</summary>
internal static class PromoteCommand
{
    public static Command Create()
    {
        var (target, wait) = (new DeploymentTarget(), new DeploymentWait());
        var variant = new Option<string>("--variant") { Description = "The variant that takes over", HelpName = "name", DefaultValueFactory = _ => TrafficChange.Canary };
        var note = Verb.Text("--note", "Kept with the revision", "text");
        var command = new Command(
            "promote",
            """
            Have the canary answer everything, as the stable variant. 'mlops rollback' takes it back.

            Example:
              mlops promote churn --environment production
            """);
        target.AddTo(command);
        command.Add(variant);
        command.Add(note);
        return wait.AddTo(command).Does(async session =>
        {
            var deadline = wait.Deadline(session);
            var name = session.Args.GetRequiredValue(variant);
            var promoted = await DeploymentChange.ChangeAsync(
                session, target.Environment(session), target.Name(session),
                now => TrafficChange.Promote(now.Spec, DeploymentChange.Variant(now, name).Name) with { Note = session.Args.GetValue(note) },
                deadline);
            return await wait.FinishAsync(session, promoted, deadline);
        });
    }
}
