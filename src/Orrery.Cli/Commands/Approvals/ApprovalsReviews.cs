using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops approvals reviews</c>.</summary>
internal static class ApprovalsReviews
{
    public static Command Create()
    {
        var listing = new Listing();
        var state = Verb.Text("--state", "open, overdue, done or closed [default: open and overdue]", "state");
        var model = Verb.Text("--model", "Only of this model", "name");
        var complete = Verb.Text("--complete", "Complete this review", "review");
        var notes = Verb.Text("--notes", "What was found, with --complete", "text");
        return listing.AddTo(new("reviews", "List what is to be done after approvals, or complete one. Ends with 1 when something is overdue.") { state, model, complete, notes }, search: false)
            .Example("mlops approvals reviews --complete 0198a2c4d5e67f8091a2b3c4d5e6f708 --notes \"Error rate as before\"").Does(async session =>
            {
                if (session.Args.GetValue(complete) is { } id)
                {
                    var said = session.Args.GetValue(notes) ?? throw new UsageException("--complete needs --notes: what was found.");
                    var done = await session.Client.Approvals.CompleteReviewAsync(id, said, session.Cancel);
                    session.Output.Line(done, $"The {done.Kind} {done.Id} of {done.Model} {done.Version} is done.");
                    return ExitCodes.Ok;
                }

                var page = await session.Client.Approvals.ListReviewsAsync(
                    session.Args.GetValue(state) ?? "open", session.Args.GetValue(model), Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
                session.Output.List(
                    page,
                    page.Reviews,
                    page.NextPageToken,
                    ("REVIEW", static one => one.Id),
                    ("KIND", static one => one.Kind),
                    ("MODEL", static one => one.Model),
                    ("VERSION", static one => one.Version),
                    ("ENVIRONMENT", static one => one.Environment),
                    ("STATE", static one => one.State),
                    ("DUE", static one => Printable.Time(one.DueAt)),
                    ("FOR", static one => one.Owner ?? string.Join(", ", one.Roles)),
                    ("TASK", static one => one.Task));
                return page.Reviews.Any(static one => one.State == "overdue") ? ExitCodes.Failed : ExitCodes.Ok;
            });
    }
}
