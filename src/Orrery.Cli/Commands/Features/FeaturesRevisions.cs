using System.CommandLine;
using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features revisions</c>.</summary>
internal static class FeaturesRevisions
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var revision = new Argument<long?>("revision") { Description = "One revision, field by field", Arity = ArgumentArity.ZeroOrOne };
        var listing = new Listing();
        return listing.AddTo(new Command("revisions", "What was applied, newest first; or what one revision did.") { revision, project }, search: false)
            .Example("mlops features revisions 3 -p rides")
            .Does(async session =>
        {
            var name = session.Args.GetValue(project)!;
            if (session.Args.GetValue(revision) is { } number)
            {
                Show(session, await session.Client.Features.GetRevisionAsync(name, number, session.Cancel));
                return;
            }

            var page = await session.Client.Features.ListRevisionsAsync(name, listing.Limit(session), listing.Token(session), session.Cancel);
            session.Output.List(
                page, [.. page.Revisions], page.NextPageToken,
                ("REVISION", one => one.Revision.ToString(CultureInfo.InvariantCulture)),
                ("AT", one => Time(one.CreatedAt)),
                ("BY", one => one.CreatedBy),
                ("CHANGES", one => one.Changes.Count.ToString(CultureInfo.InvariantCulture)),
                ("NOTE", one => one.Note));
        });
    }

    public static string Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void Show(Session session, FeatureRevision revision)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"Revision {revision.Revision}, {Time(revision.CreatedAt)}, {revision.CreatedBy}"));
        text.Append(revision.Note is null ? "\n" : $": {revision.Note}\n");
        foreach (var change in revision.Changes)
            PlanText.Append(text, change);
        session.Output.Text(revision, text.ToString());
    }
}
