using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops subjects opt-outs</c>.</summary>
internal static class SubjectsOptOuts
{
    public static Command Create()
    {
        var listing = new Listing();
        var subject = SubjectArguments.Create(least: 0);
        return listing.AddTo(new("opt-outs", "List opt-outs by the codes of subjects, or those of one subject.") { subject }, search: false).Does(async session =>
        {
            var parts = session.Args.GetValue(subject) ?? [];
            var page = parts.Length > 0
                ? await session.Client.Privacy.FindOptOutsAsync(new() { Subject = SubjectArguments.Read(parts) }, session.Cancel)
                : await session.Client.Privacy.ListOptOutsAsync(Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page,
                page.OptOuts,
                page.NextPageToken,
                ("SUBJECT", one => one.Subject[..16]),
                ("KEY", one => string.Join(", ", one.JoinKeys)),
                ("PURPOSE", one => one.Purpose),
                ("REASON", one => one.Reason),
                ("BY", one => one.CreatedBy),
                ("CREATED", one => Printable.Time(one.CreatedAt)));
        }).Example("mlops subjects opt-outs customer_id=42");
    }
}
