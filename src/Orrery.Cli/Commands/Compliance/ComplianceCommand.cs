using System.CommandLine;
using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops compliance</c>.</summary>
internal static class ComplianceCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);

    public static Command Create() => new("compliance", "Evidence for controls of laws and standards: reports, the control map, the access review.")
    {
        Report(),
        List(),
        Map(),
        ComplianceVerify.Create(),
        AccessReview(),
    };

    private static Command Report()
    {
        var framework = new Option<string>("--framework") { Description = "soc2, hipaa, gdpr, eu_ai_act, nist_ai_rmf, model_risk or all", HelpName = "id", DefaultValueFactory = _ => "all" };
        var from = new Option<string>("--from") { Description = "Beginning of the period", HelpName = "time", Required = true };
        var to = Verb.Text("--to", "Its end, not within it [default: now]", "time");
        var output = Verb.Text("--output", "File to write: .html for a page, else JSON", "file");
        var key = Verb.Text("--key", "A key of yours: with the same one no new report is made", "key");
        return new Command("report", "Have a report made and signed, wait for it, and write it to a file.") { framework, from, to, output, key }
            .Example("mlops compliance report --framework soc2 --from 2026-07-01 --to 2026-10-01 --output report.html").Does(async session =>
            {
                var args = session.Args;
                var report = await session.Client.Compliance.CreateReportAsync(
                    new()
                    {
                        Framework = args.GetRequiredValue(framework),
                        From = RegisterArguments.Time(args.GetRequiredValue(from), from.Name)!.Value,
                        To = RegisterArguments.Time(args.GetValue(to), to.Name) ?? session.Host.Time.GetUtcNow().ToUnixTimeMilliseconds(),
                        Key = args.GetValue(key),
                    },
                    session.Cancel);
                while (report.State is "running")
                {
                    await Task.Delay(Look, session.Host.Time, session.Cancel);
                    report = await session.Client.Compliance.GetReportAsync(report.Id, session.Cancel);
                }

                if (report.Seal is not null && args.GetValue(output) is { } file)
                {
                    var format = file.EndsWith(".html", StringComparison.OrdinalIgnoreCase) ? "html" : "json";
                    await File.WriteAllTextAsync(file, await session.Client.Compliance.GetReportTextAsync(report.Id, format, session.Cancel), session.Cancel);
                    session.Output.Remark($"Written to {file}.");
                }

                return Tell(session, report);
            });
    }

    private static Command List()
    {
        var listing = new Listing();
        var framework = Verb.Text("--framework", "Only for this framework", "id");
        return listing.AddTo(new("list", "List reports, newest first.") { framework }, search: false).Example("mlops compliance list --framework soc2").Does(async session =>
        {
            var page = await session.Client.Compliance.ListReportsAsync(session.Args.GetValue(framework), listing.PageLimit(session), listing.Token(session), session.Cancel);
            session.Output.List(
                page,
                page.Reports,
                page.NextPageToken,
                ("REPORT", one => one.Id),
                ("FRAMEWORK", one => one.Framework),
                ("STATE", one => one.State),
                ("FROM", one => Printable.Time(one.From)),
                ("TO", one => Printable.Time(one.To)),
                ("BY", one => one.CreatedBy),
                ("MADE", one => Printable.Time(one.Seal?.At)));
        });
    }

    private static Command Map()
    {
        var framework = Verb.Text("--framework", "Only rows of this framework", "id");
        return new Command("map", "Show the control map: what each control asks, and what of it the platform looks for.") { framework }.Example("mlops compliance map --framework gdpr").Does(async session =>
        {
            var map = await session.Client.Compliance.GetControlMapAsync(session.Cancel);
            var only = session.Args.GetValue(framework);
            if (only is not null && map.Regulations.All(law => law.Id != only))
                throw new UsageException($"There is no framework '{only}'; there are {string.Join(", ", map.Regulations.Select(static law => law.Id))}.");
            map = map with { Rows = [.. map.Rows.Where(row => only is null || row.Frameworks.Contains(only))] };
            session.Output.List(
                map,
                map.Rows,
                null,
                ("ROW", row => row.Id.ToString(CultureInfo.InvariantCulture)),
                ("TOPIC", row => row.Topic),
                ("CONTROLS", row => string.Join(", ", row.Controls)),
                ("LOOKS FOR", row => string.Join("; ", row.Requirements.Select(static one => one.Text))),
                ("PEOPLE ADD", row => string.Join("; ", row.People)));
        });
    }

    private static Command AccessReview()
    {
        var output = Verb.Text("--output", "File of CSV to write: one line for each grant", "file");
        return new Command("access-review", "Show who may do what in the workspace. Reading it is an entry of the audit trail.") { output }.Example("mlops compliance access-review --output access.csv").Does(async session =>
        {
            var review = await session.Client.Compliance.GetAccessReviewAsync(session.Cancel);
            if (session.Args.GetValue(output) is { } file)
            {
                await File.WriteAllTextAsync(file, Csv(review), session.Cancel);
                session.Output.Remark($"Written to {file}.");
            }

            session.Output.List(
                review,
                review.Grants,
                null,
                ("SUBJECT", one => one.Subject),
                ("ROLE", one => one.Role),
                ("ON", one => one.Everywhere ? "everywhere" : one.ObjectKind is null ? "workspace" : $"{one.ObjectKind} {one.ObjectId}"),
                ("BY", one => one.GrantedBy),
                ("GIVEN", one => Printable.Time(one.GrantedAt)),
                ("ENDS", one => Printable.Time(one.ExpiresAt)));
            session.Output.Remark(string.Create(
                CultureInfo.InvariantCulture,
                $"{review.Principals.Count} principals, {review.Principals.Count(static one => one.HasSecondFactor)} with a second factor; {review.Tokens.Count} tokens, {review.Tokens.Count(static one => one.IsOrphan && one.RevokedAt is null)} of disabled accounts."));
        });
    }

    private static string Csv(AccessReview review)
    {
        var text = new StringBuilder("subject,role,on,granted_by,granted_at,expires_at\n");
        foreach (var one in review.Grants)
        {
            text.AppendJoin(',', new[] { one.Subject, one.Role, one.Everywhere ? "everywhere" : one.ObjectKind is null ? "workspace" : $"{one.ObjectKind} {one.ObjectId}", one.GrantedBy, Printable.Time(one.GrantedAt), Printable.Time(one.ExpiresAt) }
                .Select(Cell)).Append('\n');
        }

        return text.ToString();
    }

    // Quoted, and never read as a formula.
    private static string Cell(string? text) => $"\"{(text is ['=' or '+' or '-' or '@', ..] ? "'" : "")}{text?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static int Tell(Session session, ComplianceReport report)
    {
        session.Output.Details(
            report,
            ("Report", report.Id),
            ("Framework", report.Framework),
            ("Period", $"{Printable.Time(report.From)} to {Printable.Time(report.To)}"),
            ("State", report.State),
            ("Error", report.Error),
            ("Rows", report.Summary is { } rows ? string.Join(", ", rows.Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} {pair.Key}"))) : null),
            ("SHA-256", report.Seal?.DocumentSha256),
            ("Signed", report.Seal is { } seal ? $"{Printable.Time(seal.At)} with key {seal.KeyId}" : null));
        return report.State is "succeeded" ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
