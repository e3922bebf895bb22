using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops audit erase</c>.</summary>
internal static class AuditErase
{
    public static Command Create()
    {
        var subject = Verb.Argument("principal", "Id of the person");
        return new Command("erase", "Make a person's name and addresses in the workspace's entries unreadable for good.") { subject }
            .Asks(session => $"The name and addresses of {session.Args.GetValue(subject)} in the workspace's entries become unreadable for good.")
            .Example("mlops audit erase usr_0198f3a2c4d5e6f708192a3b --yes").Does(async session =>
        {
            var id = session.Args.GetRequiredValue(subject);
            await session.Client.Audit.EraseAsync(id, session.Cancel);
            session.Output.Line(new EraseAuditSubject { Subject = id }, $"The data of {id} are erased; the chain stays valid.");
        });
    }
}
