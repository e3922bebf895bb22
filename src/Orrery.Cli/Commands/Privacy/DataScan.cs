using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops data scan</c>.</summary>
internal static class DataScan
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);

    public static Command Create()
    {
        var data = new DataRows();
        var view = Verb.Text("--view", "A feature view, whose source is looked through", "name");
        var project = Verb.Text("--project", "Its feature project [default: default]", "name");
        var rows = new Option<int?>("--rows") { Description = "Rows to look at, drawn by lot [default: 10000]", HelpName = "n" };
        var seed = new Option<int?>("--seed") { Description = "Of the lot [default: 1]", HelpName = "n" };
        var countries = Verb.Texts("--country", "Whose numbers are looked for, as de [default: all]", "code");
        var apply = Verb.Flag("--apply", "Mark the view's features that hold personal data as pii");
        var background = Verb.Flag("--background", "Have a job do it, and wait for it");
        var command = data.AddTo(new Command("scan", "Look for personal data: which columns hold names, addresses, cards, national numbers. No value is kept or shown."));
        foreach (var option in new Option[] { view, project, rows, seed, countries, apply, background })
            command.Add(option);
        return command.Example("mlops data scan uploads/customers.csv --country de --country us").Does(async session =>
        {
            var args = session.Args;
            var scan = await session.Client.Privacy.ScanAsync(
                new()
                {
                    Data = data.Read(session),
                    Project = args.GetValue(project)!,
                    View = args.GetValue(view),
                    SampleRows = args.GetValue(rows),
                    Seed = args.GetValue(seed),
                    Countries = args.GetValue(countries)!,
                    Apply = args.GetValue(apply),
                    Background = args.GetValue(background),
                },
                session.Cancel);
            while (scan.State is "running")
            {
                await Task.Delay(Look, session.Host.Time, session.Cancel);
                scan = await session.Client.Privacy.GetScanAsync(scan.Id, session.Cancel);
            }

            return Show(session, scan);
        });
    }

    private static int Show(Session session, PiiScan scan)
    {
        var report = scan.Report ?? new();
        session.Output.List(
            scan,
            report.Columns,
            null,
            ("COLUMN", one => one.Name),
            ("KIND", one => one.Kind ?? "-"),
            ("CONFIDENCE", one => one.Kind is null ? "" : Number(one.Confidence)),
            ("SHARE", one => one.Findings.FirstOrDefault(found => found.Kind == one.Kind) is { } found ? Number(found.Share) + (found.IsInText ? " of texts" : "") : ""),
            ("LOOKS LIKE", one => one.Findings.FirstOrDefault(found => found.Kind == one.Kind)?.Examples is { Count: > 0 } examples ? string.Join("  ", examples) : ""),
            ("MAYBE", one => string.Join(", ", one.Findings.Where(found => found.Kind != one.Kind).Take(3).Select(found => found.Kind))));
        foreach (var field in report.Fields.Where(static field => !field.IsMarked))
            session.Output.Remark($"Feature {field.View}:{field.Feature} reads {field.Column} ({field.Kind}) and is {(report.AppliedRevision is { } revision && field.Note is null ? string.Create(CultureInfo.InvariantCulture, $"marked pii since revision {revision}") : "not marked pii")}.{(field.Note is null ? "" : " " + field.Note)}");
        session.Output.Remark(scan.State is "failed"
            ? $"The scan failed: {scan.Error}"
            : string.Create(CultureInfo.InvariantCulture, $"Scan {scan.Id}: {report.SampledRows} of {report.Rows} rows, seed {report.Seed}, rules {report.Rules}."));
        return scan.State is "failed" ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
