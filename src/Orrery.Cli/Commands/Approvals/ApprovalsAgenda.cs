using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops approvals agenda</c>.</summary>
internal static class ApprovalsAgenda
{
    public static Command Create()
    {
        var workflow = Verb.Text("--workflow", "Whose board [default: high-risk]", "name");
        var html = Verb.Text("--html", "Write it as a page to this file", "file");
        return new Command("agenda", "Show what a board has before it at its next meeting.") { workflow, html }.Example("mlops approvals agenda --html agenda.html").Does(async session =>
        {
            if (session.Args.GetValue(html) is { } file)
            {
                var page = await session.Client.Approvals.AgendaPageAsync(session.Args.GetValue(workflow), session.Cancel);
                await File.WriteAllTextAsync(file, page, session.Cancel);
                session.Output.Done(file, "written", $"The agenda is in {file}.");
                return;
            }

            var agenda = await session.Client.Approvals.AgendaAsync(session.Args.GetValue(workflow), session.Cancel);
            session.Output.List(
                agenda,
                agenda.Items,
                null,
                ("APPROVAL", static one => one.Id),
                ("MODEL", static one => one.Model),
                ("VERSION", static one => one.Version),
                ("ENVIRONMENT", static one => one.Environment),
                ("ELSEWHERE", static one => one.Remote?.ToText()),
                ("RISK", static one => string.Create(CultureInfo.InvariantCulture, $"{one.Tier} {one.Score}")),
                ("DUE", static one => one.Stages.FirstOrDefault(static stage => stage.State == "open") is { } stage ? Printable.Time(stage.DueAt) + (stage.IsOverdue ? " overdue" : "") : ""),
                ("ASKED BY", static one => one.RequestedBy));
            session.Output.Remark(string.Create(
                CultureInfo.InvariantCulture, $"{agenda.From:dddd, yyyy-MM-dd}, {agenda.From:HH:mm} to {agenda.Until:HH:mm} UTC; chair {agenda.Chair}, quorum {agenda.Quorum} of {agenda.Roles.Count}."));
        });
    }
}
