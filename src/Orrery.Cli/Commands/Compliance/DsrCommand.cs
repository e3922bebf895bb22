using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops dsr</c>.</summary>
internal static class DsrCommand
{
    public static Command Create() => new("dsr", "The register of requests of data subjects: access, erasure, objection, human review and others.")
    {
        List(),
        Show(),
        Register(),
        Update(),
    };

    private static Command List()
    {
        var listing = new Listing();
        var state = Verb.Text("--state", "received, in_progress, fulfilled, refused or withdrawn", "state");
        var type = Verb.Text("--type", "access, rectification, erasure, restriction, objection, portability or human_review", "type");
        var overdue = Verb.Flag("--overdue", "Only what is past due and not answered");
        return listing.AddTo(new("list", "List requests, newest first, by the codes of subjects.") { state, type, overdue }, search: false).Example("mlops dsr list --overdue").Does(async session =>
        {
            var args = session.Args;
            var page = await session.Client.Compliance.ListSubjectRequestsAsync(args.GetValue(state), args.GetValue(type), args.GetValue(overdue), listing.PageLimit(session), listing.Token(session), session.Cancel);
            session.Output.List(
                page,
                page.Requests,
                page.NextPageToken,
                ("REQUEST", one => one.Id),
                ("TYPE", one => one.Type),
                ("STATE", one => one.State),
                ("SUBJECT", one => one.Subject[..16]),
                ("RECEIVED", one => Printable.Time(one.ReceivedAt)),
                ("DUE", one => one.IsOverdue ? $"{Printable.Time(one.DueAt)} overdue" : Printable.Time(one.DueAt)));
        });
    }

    private static Command Show()
    {
        var id = Id();
        return new Command("show", "Show a request.") { id }.Example("mlops dsr show 0190b3d2c4f17a5e8b6c1d2e3f405162")
            .Does(async session => Tell(session, await session.Client.Compliance.GetSubjectRequestAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    private static Command Register()
    {
        var type = Verb.Argument("type", "access, rectification, erasure, restriction, objection, portability or human_review");
        var subject = SubjectArguments.Create();
        var received = Verb.Text("--received", "When it came [default: now]", "time");
        var key = Verb.Text("--key", "Number of the ticket: with the same one nothing new is registered", "key");
        var model = Verb.Text("--model", "Model whose decision is contested", "name");
        var prediction = Verb.Text("--prediction", "Id of the prediction that is contested", "id");
        var note = Verb.Text("--note", "A remark; nothing personal", "text");
        return new Command("register", "Register a request. Only a code of the subject is kept.") { type, subject, received, key, model, prediction, note }
            .Example("mlops dsr register erasure customer_id=42 --received 2026-11-20 --key TICKET-17").Does(async session =>
            {
                var args = session.Args;
                Tell(session, await session.Client.Compliance.RegisterSubjectRequestAsync(
                    new()
                    {
                        Type = args.GetRequiredValue(type),
                        Subject = SubjectArguments.Read(args.GetRequiredValue(subject)),
                        ReceivedAt = RegisterArguments.Time(args.GetValue(received), received.Name),
                        Key = args.GetValue(key),
                        Model = args.GetValue(model),
                        PredictionId = args.GetValue(prediction),
                        Note = args.GetValue(note),
                    },
                    session.Cancel));
            });
    }

    private static Command Update()
    {
        var id = Id();
        var state = Verb.Text("--state", "in_progress, fulfilled, refused or withdrawn", "state");
        var answer = Verb.Text("--answer", "What was answered; nothing personal", "text");
        var extend = Verb.Text("--extend", "Extend the time by two months, and why", "reason");
        var outcome = Verb.Text("--outcome", "Of a human review: upheld or overridden", "outcome");
        var links = Verb.Texts("--link", "What was done for it: erasure=ID, opt_out=PURPOSE, explanation=ID, prediction=ID, document=NAME; may be given again", "kind=id");
        return new Command("update", "Say what was done for a request, extend its time, or end it.") { id, state, answer, extend, outcome, links }
            .Example("mlops dsr update 0190b3d2c4f17a5e8b6c1d2e3f405162 --state fulfilled --answer \"Erased\" --link erasure=0190b3d2c4f17a5e8b6c1d2e3f405163").Does(async session =>
            {
                var args = session.Args;
                Tell(session, await session.Client.Compliance.ChangeSubjectRequestAsync(
                    args.GetRequiredValue(id),
                    new()
                    {
                        State = args.GetValue(state),
                        Answer = args.GetValue(answer),
                        ExtensionReason = args.GetValue(extend),
                        ReviewOutcome = args.GetValue(outcome),
                        Links = [.. args.GetValue(links)!.Select(text => Verb.Pair(text, links.Name)).Select(static pair => new SubjectRequestLink { Kind = pair.Key, Id = pair.Value })],
                    },
                    session.Cancel));
            });
    }

    private static Argument<string> Id() => Verb.Argument("request", "Id of the request");

    private static void Tell(Session session, SubjectRequest one) => session.Output.Details(
        one,
        ("Request", one.Id),
        ("Type", one.Type),
        ("State", one.State),
        ("Subject", $"{one.Subject[..16]} ({string.Join(", ", one.JoinKeys)})"),
        ("Received", Printable.Time(one.ReceivedAt)),
        ("Due", one.IsOverdue ? $"{Printable.Time(one.DueAt)} overdue" : Printable.Time(one.DueAt)),
        ("Extended", one.ExtensionReason),
        ("Contested", one.PredictionId ?? one.Model),
        ("Outcome", one.ReviewOutcome),
        ("Answer", one.Answer),
        ("Ended", one.EndedBy is null ? null : $"{one.EndedBy} {Printable.Time(one.EndedAt)}{(one.WasLate ? ", late" : "")}"),
        ("Links", string.Join(", ", one.Links.Select(static link => $"{link.Kind}={link.Id}"))),
        ("Note", one.Note));
}
