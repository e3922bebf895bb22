using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops subjects opt-out</c>.</summary>
internal static class SubjectsOptOut
{
    public static Command Create()
    {
        var subject = SubjectArguments.Create(least: 0);
        var purpose = Verb.Text("--purpose", "training, prediction or all [default: all]", "purpose");
        var reason = Verb.Text("--reason", "Why, or the number of the request; nothing personal", "text");
        var file = Verb.Text("--file", "Instead of a subject: a CSV with the columns of their keys, and purpose and reason if they differ", "file");
        return new Command("opt-out", "Leave a subject out of training sets, and refuse predictions about them.") { subject, purpose, reason, file }.Does(async session =>
        {
            var parts = session.Args.GetValue(subject) ?? [];
            if (session.Args.GetValue(file) is { } list)
            {
                if (parts.Length > 0)
                    throw new UsageException("Give a subject or --file, not both.");
                var counts = await session.Client.Privacy.OptOutManyAsync(await File.ReadAllBytesAsync(Verb.Existing(list), session.Cancel), session.Cancel);
                session.Output.Line(counts, string.Create(CultureInfo.InvariantCulture, $"{counts.Changed} of {counts.Rows} subjects have opted out now; the others had before."));
                return;
            }

            if (parts.Length == 0)
                throw new UsageException("Name the subject, as customer_id=42, or give --file.");
            var optOut = await session.Client.Privacy.OptOutAsync(
                new() { Subject = SubjectArguments.Read(parts), Purpose = session.Args.GetValue(purpose)!, Reason = session.Args.GetValue(reason) }, session.Cancel);
            session.Output.Line(optOut, $"Subject {optOut.Subject[..16]} has opted out of {(optOut.Purpose == "all" ? "everything" : optOut.Purpose)}.");
        }).Example("mlops subjects opt-out customer_id=42 --purpose training --reason \"ticket 1234\"");
    }
}
