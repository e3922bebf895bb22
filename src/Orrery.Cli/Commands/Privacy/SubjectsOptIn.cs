using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops subjects opt-in</c>.</summary>
internal static class SubjectsOptIn
{
    public static Command Create()
    {
        var subject = SubjectArguments.Create();
        var purpose = Verb.Text("--purpose", "training, prediction or all [default: all]", "purpose");
        return new Command("opt-in", "Take a subject's opt-out back.") { subject, purpose }.Does(async session =>
        {
            var counts = await session.Client.Privacy.OptInAsync(
                new() { Subject = SubjectArguments.Read(session.Args.GetRequiredValue(subject)), Purpose = session.Args.GetValue(purpose)! }, session.Cancel);
            session.Output.Line(counts, "The opt-out was taken back.");
        }).Example("mlops subjects opt-in customer_id=42");
    }
}
