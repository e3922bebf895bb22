using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops incidents</c>.</summary>
internal static class IncidentsCommand
{
    public static Command Create() => new("incidents", "The register of incidents: what went wrong, what was done, what the law wants by when.")
    {
        List(),
        Show(),
        Open(),
        Note(),
        Update(),
        End("resolve", "End an incident.", "How it was resolved", "mlops incidents resolve 0190b3d2c4f17a5e8b6c1d2e3f405162 \"Rolled back to version 3\""),
        End("review", "Say that a resolved incident with a known cause was looked at afterwards.", "What the review found", "mlops incidents review 0190b3d2c4f17a5e8b6c1d2e3f405162 \"Threshold set too wide; follow-ups agreed\""),
    };

    private static Command List()
    {
        var listing = new Listing();
        var state = Verb.Text("--state", "open, mitigated, resolved or reviewed", "state");
        var severity = Verb.Text("--severity", "sev1 to sev4", "severity");
        var model = Verb.Text("--model", "Only of this registered model", "name");
        return listing.AddTo(new("list", "List incidents, newest first.") { state, severity, model }, search: false).Example("mlops incidents list --state open").Does(async session =>
        {
            var args = session.Args;
            var page = await session.Client.Compliance.ListIncidentsAsync(args.GetValue(state), args.GetValue(severity), args.GetValue(model), listing.PageLimit(session), listing.Token(session), session.Cancel);
            session.Output.List(
                page,
                page.Incidents,
                page.NextPageToken,
                ("INCIDENT", one => one.Id),
                ("SEVERITY", one => one.Severity),
                ("STATE", one => one.State),
                ("KIND", one => one.Kind),
                ("TITLE", one => one.Title),
                ("MODEL", one => one.Model is null ? "" : one.Version is null ? one.Model : $"{one.Model}/{one.Version}"),
                ("OPENED", one => Printable.Time(one.OpenedAt)),
                ("DEADLINE", one => one.Deadlines.FirstOrDefault(static clock => clock.State is "running" or "overdue") is { } clock ? $"{Printable.Time(clock.DueAt)} {clock.State}" : ""));
        });
    }

    private static Command Show()
    {
        var id = Id();
        return new Command("show", "Show an incident with its timeline.") { id }.Example("mlops incidents show 0190b3d2c4f17a5e8b6c1d2e3f405162")
            .Does(async session => Tell(session, await session.Client.Compliance.GetIncidentAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    private static Command Open()
    {
        var title = Verb.Argument("title", "What happened, in one line; nothing personal");
        var severity = new Option<string>("--severity") { Description = "sev1 (worst) to sev4", HelpName = "severity", DefaultValueFactory = _ => "sev3" };
        var kind = new Option<string>("--kind") { Description = "manual, violation, drift, breach, outage or another word", HelpName = "kind", DefaultValueFactory = _ => "manual" };
        var key = Verb.Text("--key", "A key of yours: with the same one nothing new is opened", "key");
        var model = Verb.Text("--model", "Registered model", "name");
        var version = Verb.Text("--version-of-model", "Its version", "version");
        var environment = Verb.Text("--environment", "Where it happened", "name");
        var deployment = Verb.Text("--deployment", "Deployment it happened to", "name");
        var node = Verb.Text("--lineage", "What of the lineage it happened to, as source:default/transactions", "node");
        var started = Verb.Text("--started", "When it began [default: now]", "time");
        var detail = Verb.Text("--detail", "More about it; nothing personal", "text");
        var breach = Verb.Flag("--breach", "Personal data was breached: the 72 hours of GDPR Art. 33 run");
        var serious = Verb.Text("--serious", "Serious incident of the EU AI Act: serious, death or widespread", "kind");
        var command = new Command("open", "Open an incident.") { title, severity, kind, key, model, version, environment, deployment, node, started, detail, breach, serious };
        return command.Example("mlops incidents open \"Scores drift in production\" --severity sev2 --kind drift --model churn").Does(async session =>
        {
            var args = session.Args;
            Tell(session, await session.Client.Compliance.OpenIncidentAsync(
                new()
                {
                    Key = args.GetValue(key),
                    Title = args.GetRequiredValue(title),
                    Severity = args.GetRequiredValue(severity),
                    Kind = args.GetRequiredValue(kind),
                    Model = args.GetValue(model),
                    Version = args.GetValue(version),
                    Environment = args.GetValue(environment),
                    Deployment = args.GetValue(deployment),
                    LineageNode = args.GetValue(node),
                    StartedAt = RegisterArguments.Time(args.GetValue(started), started.Name),
                    Detail = args.GetValue(detail),
                    PersonalDataBreach = args.GetValue(breach),
                    SeriousIncident = args.GetValue(serious),
                },
                session.Cancel));
        });
    }

    private static Command Note()
    {
        var id = Id();
        var text = Verb.Argument("text", "What; nothing personal");
        var kind = new Option<string>("--kind") { Description = "note, mitigated, authority_notified, market_authority_notified or another word", HelpName = "kind", DefaultValueFactory = _ => "note" };
        return new Command("note", "Add to an incident's timeline.") { id, text, kind }.Example("mlops incidents note 0190b3d2c4f17a5e8b6c1d2e3f405162 \"Traffic moved away\" --kind mitigated")
            .Does(async session => Tell(session, await session.Client.Compliance.AddIncidentEventAsync(
                session.Args.GetRequiredValue(id), new() { Kind = session.Args.GetRequiredValue(kind), Text = session.Args.GetRequiredValue(text) }, session.Cancel)));
    }

    private static Command Update()
    {
        var id = Id();
        var severity = Verb.Text("--severity", "sev1 to sev4", "severity");
        var cause = Verb.Text("--root-cause", "Why it happened", "text");
        var follow = Verb.Texts("--follow-up", "What is done, by whom, until when: \"text|owner|2026-12-01\"; may be given again, besides those there are", "text|owner|due");
        var serious = Verb.Text("--serious", "serious, death, widespread or none", "kind");
        return new Command("update", "Change what is known of an incident.") { id, severity, cause, follow, serious }
            .Example("mlops incidents update 0190b3d2c4f17a5e8b6c1d2e3f405162 --root-cause \"Stale features\" --follow-up \"Alert on freshness|ada|2026-12-01\"").Does(async session =>
            {
                var args = session.Args;
                var added = args.GetValue(follow)!.Select(static text => Read(text)).ToList();
                var known = added.Count == 0 ? null : (await session.Client.Compliance.GetIncidentAsync(args.GetRequiredValue(id), session.Cancel)).FollowUps;
                Tell(session, await session.Client.Compliance.UpdateIncidentAsync(
                    args.GetRequiredValue(id),
                    new() { Severity = args.GetValue(severity), RootCause = args.GetValue(cause), SeriousIncident = args.GetValue(serious), FollowUps = known is null ? null : [.. known, .. added] },
                    session.Cancel));
            });
    }

    private static Command End(string verb, string about, string what, string example)
    {
        var id = Id();
        var text = Verb.Argument("text", what + "; nothing personal");
        return new Command(verb, about) { id, text }.Example(example).Does(async session =>
        {
            var (incident, said) = (session.Args.GetRequiredValue(id), session.Args.GetRequiredValue(text));
            Tell(session, verb == "resolve"
                ? await session.Client.Compliance.ResolveIncidentAsync(incident, said, session.Cancel)
                : await session.Client.Compliance.ReviewIncidentAsync(incident, said, session.Cancel));
        });
    }

    private static Argument<string> Id() => Verb.Argument("incident", "Id of the incident");

    private static FollowUp Read(string text) => text.Split('|') is [var what, var owner, var due]
        ? new() { Text = what.Trim(), Owner = owner.Trim(), DueAt = RegisterArguments.Time(due.Trim(), "--follow-up")!.Value }
        : throw new UsageException($"'{text}' is not text|owner|due, as --follow-up needs it.");

    private static void Tell(Session session, Incident one)
    {
        session.Output.Details(
            one,
            ("Incident", one.Id),
            ("Title", one.Title),
            ("State", $"{one.State}, {one.Severity}, {one.Kind}"),
            ("Model", one.Model is null ? null : one.Version is null ? one.Model : $"{one.Model}/{one.Version}"),
            ("Where", string.Join(' ', new[] { one.Environment, one.Deployment }.Where(static part => part is not null))),
            ("Delivery", one.DeliveryId),
            ("Started", Printable.Time(one.StartedAt)),
            ("Restored after", one.SecondsToRestore is { } seconds ? Printable.Duration(TimeSpan.FromSeconds(seconds)) : null),
            ("Detail", one.Detail),
            ("Root cause", one.RootCause),
            ("Resolution", one.Resolution),
            ("Deadlines", Printable.Lines(one.Deadlines.Select(static clock => $"{clock.State} {Printable.Time(clock.DueAt)} {clock.Text}"))),
            ("Follow-ups", Printable.Lines(one.FollowUps.Select(static follow => $"{(follow.DoneAt is null ? follow.IsOverdue ? "overdue" : "open" : "done")} {Printable.Time(follow.DueAt)} {follow.Owner}: {follow.Text}"))),
            ("Affects", string.Join(", ", one.AffectedVersions)),
            ("Timeline", Printable.Lines(one.Timeline.Select(static happened => string.Create(CultureInfo.InvariantCulture, $"{Printable.Time(happened.At)} {happened.By} {happened.Kind}: {happened.Text}")))));
    }
}
