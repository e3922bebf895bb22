using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops scan</c>.</summary>
internal static class ScanCommand
{
    public static Command Create()
    {
        var model = Verb.Argument("model", "Name of the registered model");
        var version = Verb.Argument("version", "Number of the version");
        var sbom = Verb.Text("--sbom", "Write the packages that the model needs to this file, as CycloneDX", "file");
        return new Command("scan", "Scan a version's files, without running anything of them. Ends with 4 when the version is refused.") { model, version, sbom }.Does(async session =>
        {
            var report = await session.Client.Scans.ScanAsync(session.Args.GetRequiredValue(model), session.Args.GetRequiredValue(version), session.Cancel);
            if (session.Args.GetValue(sbom) is { } file)
                await File.WriteAllTextAsync(file, await session.Client.Scans.SbomAsync(report.Id, session.Cancel), session.Cancel);
            Show(session, report);
            return report.Verdict == "refused" ? ExitCodes.Refused : ExitCodes.Ok;
        }).Example("mlops scan churn 3 --sbom churn.cdx.json");
    }

    public static void Show(Session session, ScanReport report)
    {
        if (report.Findings.Count > 0 || session.Output.IsJson)
        {
            session.Output.List(
                report,
                report.Findings,
                null,
                ("FINDING", one => one.Fingerprint),
                ("SEVERITY", one => one.Severity),
                ("RULE", one => one.Rule),
                ("FILE", one => one.Path),
                ("WHAT", one => one.Message),
                ("ACCEPTED", one => one.AcceptedBy));
        }

        session.Output.Remark(string.Create(
            CultureInfo.InvariantCulture, $"Version {report.Version} of '{report.Model}' is {report.Verdict}: {report.Files} files, {report.Dependencies.Count} dependencies, scan {report.Id}."));
    }
}
