using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops exceptions</c>.</summary>
internal static class ExceptionsCommand
{
    public static Command Create() => new("exceptions", "The register of exceptions from controls and policies.")
    {
        List(),
        Show(),
        Request(),
        Decide("approve", "Approve an exception that somebody else asked for.", "mlops exceptions approve 0190b3d2c4f17a5e8b6c1d2e3f405162"),
        Decide("reject", "Reject an exception, with a reason.", "mlops exceptions reject 0190b3d2c4f17a5e8b6c1d2e3f405162 --note \"The measure does not hold\""),
        Decide("revoke", "End an exception before its time, with a reason.", "mlops exceptions revoke 0190b3d2c4f17a5e8b6c1d2e3f405162 --note \"No longer needed\" --yes"),
        Decide("review", "Say that an exception was looked at while it stood.", "mlops exceptions review 0190b3d2c4f17a5e8b6c1d2e3f405162 --note \"Still needed\""),
    };

    private static Command List()
    {
        var listing = new Listing();
        var state = Verb.Text("--state", "requested, approved, rejected, revoked or expired", "state");
        var control = Verb.Text("--control", "Only from this control or rule", "id");
        var model = Verb.Text("--model", "Only for this registered model", "name");
        return listing.AddTo(new("list", "List exceptions, newest first.") { state, control, model }, search: false).Example("mlops exceptions list --state expired").Does(async session =>
        {
            var args = session.Args;
            var page = await session.Client.Compliance.ListExceptionsAsync(args.GetValue(state), args.GetValue(control), args.GetValue(model), listing.PageLimit(session), listing.Token(session), session.Cancel);
            session.Output.List(
                page,
                page.Exceptions,
                page.NextPageToken,
                ("EXCEPTION", one => one.Id),
                ("STATE", one => one.State),
                ("CONTROL", one => one.Control),
                ("FOR", Scope),
                ("OWNER", one => one.Owner),
                ("EXPIRES", one => Printable.Time(one.ExpiresAt)),
                ("REVIEW", one => one.IsReviewOverdue ? "overdue" : Printable.Time(one.ReviewAt)));
        });
    }

    private static Command Show()
    {
        var id = Id();
        return new Command("show", "Show an exception.") { id }.Example("mlops exceptions show 0190b3d2c4f17a5e8b6c1d2e3f405162")
            .Does(async session => Tell(session, await session.Client.Compliance.GetExceptionAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    private static Command Request()
    {
        var control = Verb.Argument("control", "What is excepted from: a control, a row of the control map, or a rule of a policy");
        var reason = new Option<string>("--reason") { Description = "Why", HelpName = "text", Required = true };
        var measure = new Option<string>("--measure") { Description = "What is done instead", HelpName = "text", Required = true };
        var owner = new Option<string>("--owner") { Description = "Who answers for it", HelpName = "name", Required = true };
        var expires = new Option<string>("--expires") { Description = "When it ends, within 366 days", HelpName = "time", Required = true };
        var review = Verb.Text("--review", "When it is looked at again [default: when half of its time is over]", "time");
        var model = Verb.Text("--model", "Registered model it is for [default: all]", "name");
        var version = Verb.Text("--version-of-model", "Version it is for [default: all]", "version");
        var environment = Verb.Text("--environment", "Environment it is for [default: all]", "name");
        var key = Verb.Text("--key", "A key of yours: with the same one nothing new is asked for", "key");
        return new Command("request", "Ask for an exception; somebody else must approve it.") { control, reason, measure, owner, expires, review, model, version, environment, key }
            .Example("mlops exceptions request soc2-cc8.1 --reason \"Vendor fix pending\" --measure \"Daily manual check\" --owner ada --expires 2027-01-31").Does(async session =>
            {
                var args = session.Args;
                Tell(session, await session.Client.Compliance.RequestExceptionAsync(
                    new()
                    {
                        Key = args.GetValue(key),
                        Control = args.GetRequiredValue(control),
                        Reason = args.GetRequiredValue(reason),
                        CompensatingMeasure = args.GetRequiredValue(measure),
                        Owner = args.GetRequiredValue(owner),
                        ExpiresAt = RegisterArguments.Time(args.GetRequiredValue(expires), expires.Name)!.Value,
                        ReviewAt = RegisterArguments.Time(args.GetValue(review), review.Name),
                        Model = args.GetValue(model),
                        Version = args.GetValue(version),
                        Environment = args.GetValue(environment),
                    },
                    session.Cancel));
            });
    }

    private static Command Decide(string verb, string about, string example)
    {
        var id = Id();
        var note = Verb.Text("--note", "What is said of it", "text");
        var command = new Command(verb, about) { id, note };
        if (verb is "revoke")
            command.Asks(session => $"The exception {session.Args.GetValue(id)} ends, and what it let through is held back again.");
        return command.Example(example).Does(async session =>
            Tell(session, await session.Client.Compliance.DecideExceptionAsync(session.Args.GetRequiredValue(id), verb, new() { Note = session.Args.GetValue(note) }, session.Cancel)));
    }

    private static Argument<string> Id() => Verb.Argument("exception", "Id of the exception");

    private static string Scope(PolicyExceptionEntry one) => string.Join(' ', new[] { one.Model is null ? "all" : one.Version is null ? one.Model : $"{one.Model}/{one.Version}", one.Environment }.Where(static part => part is not null));

    private static void Tell(Session session, PolicyExceptionEntry one) => session.Output.Details(
        one,
        ("Exception", one.Id),
        ("State", one.State),
        ("Control", one.Control),
        ("For", Scope(one)),
        ("Reason", one.Reason),
        ("Measure", one.CompensatingMeasure),
        ("Owner", one.Owner),
        ("Requested by", $"{one.RequestedBy} {Printable.Time(one.RequestedAt)}"),
        ("Decided by", one.DecidedBy is null ? null : $"{one.DecidedBy} {Printable.Time(one.DecidedAt)}"),
        ("Note", one.DecisionNote),
        ("Expires", Printable.Time(one.ExpiresAt)),
        ("Review", one.IsReviewOverdue ? $"overdue since {Printable.Time(one.ReviewAt)}" : Printable.Time(one.ReviewAt)),
        ("Reviews", Printable.Lines(one.Reviews.Select(static review => $"{Printable.Time(review.At)} {review.By}: {review.Note}"))));
}
