using System.CommandLine;
using System.CommandLine.Parsing;
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
        var revision = new Argument<long?>("revision") { Description = "One revision, field by field", Arity = ArgumentArity.ZeroOrOne, CustomParser = static result => Number(result) };
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

    /// <summary>The number of a revision.</summary>
    public static long? Number(ArgumentResult result)
    {
        if (result.Tokens.Count == 0)
            return null;
        if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        result.AddError($"'{result.Tokens[0].Value}' is not the number of a revision.");
        return null;
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
