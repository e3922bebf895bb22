using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops workspace import</c>.</summary>
internal static class WorkspaceImport
{
    private const int Whole = 100;

    public static Command Create()
    {
        var file = Verb.Argument("file", "An archive that 'mlops workspace export' made");
        var name = Verb.Text("--as", "Name of the new workspace (the archive's)", "name");
        var noGrants = Verb.Flag("--no-grants", "Give no roles; without it people and groups of the same names get those of the archive");
        var noWait = Verb.Flag("--no-wait", "Print the job and return once the archive is sent");
        return new Command("import", "Make a workspace of an archive from another installation.") { file, name, noGrants, noWait }.Does(async session =>
        {
            var path = session.Args.GetRequiredValue(file);
            var about = await WorkspaceArchiveInfo.ReadAsync(path, session.Cancel);
            var sent = await TransferBar.WatchAsync(session.Output, "Sending", progress => session.Client.Moves.ImportAsync(
                () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, useAsync: true),
                new FileInfo(path).Length,
                session.Args.GetValue(name) ?? about.Workspace,
                grants: !session.Args.GetValue(noGrants),
                progress,
                session.Cancel));
            if (session.Args.GetValue(noWait))
            {
                session.Output.Line(sent, sent.JobId);
                return ExitCodes.Ok;
            }

            var ended = await TransferBar.WatchAsync(
                session.Output, "Importing", progress => session.Client.Moves.WaitForImportAsync(sent.JobId, Watch(progress), session.Cancel));
            return Report(session, ended);
        });
    }

    private static Progress<Job>? Watch(IProgress<TransferProgress>? progress) => progress is null
        ? null
        : new Progress<Job>(job => progress.Report(new(0, 1, job.Progress?.Done ?? 0, Whole, job.Progress?.Message ?? "")));

    private static int Report(Session session, Job job)
    {
        if (job.State is not JobState.Succeeded || job.Result is not { } result)
        {
            JobsCommand.Show(session, job);
            return job.State is JobState.Succeeded ? ExitCodes.Ok : ExitCodes.Failed;
        }

        var report = result.Deserialize(OrreryJson.TypeOf<WorkspaceImportReport>())!;
        session.Output.Details(
            report,
            ("Workspace", report.Workspace),
            ("From", report.From == report.Workspace ? null : report.From),
            ("Rows", Number(report.Rows)),
            ("Files", $"{Number(report.Files)}, {Printable.Bytes(report.Bytes)}"),
            ("Files missing", report.FilesMissing > 0 ? Number(report.FilesMissing) : null),
            ("Roles given", Number(report.Grants)),
            ("Archive", report.ArchiveSha256));
        foreach (var left in report.GrantsLeftOut)
            session.Output.Remark($"Not given: {left}.");
        foreach (var note in report.Notes)
            session.Output.Remark(note);
        return report.FilesMissing > 0 ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
