using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops scans list</c>.</summary>
internal static class ScansList
{
    public static Command Create()
    {
        var listing = new Listing();
        var model = Verb.Text("--model", "Only of this model", "name");
        var version = Verb.Text("--version", "Only of this version of it", "number");
        return listing.AddTo(new("list", "List scans, newest first.") { model, version }, search: false).Does(async session =>
        {
            var page = await session.Client.Scans.ListPageAsync(
                session.Args.GetValue(model), session.Args.GetValue(version), Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page,
                page.Scans,
                page.NextPageToken,
                ("SCAN", scan => scan.Id),
                ("MODEL", scan => scan.Model),
                ("VERSION", scan => scan.Version),
                ("VERDICT", scan => scan.Verdict),
                ("FINDINGS", scan => scan.Findings.Count.ToString(CultureInfo.InvariantCulture)),
                ("RULES", scan => scan.Rules),
                ("CREATED", scan => Printable.Time(scan.CreatedAt)));
        }).Example("mlops scans list --model churn");
    }
}
