using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops predictions</c>: what was logged of answers, and what turned out to be true.</summary>
internal static class PredictionsCommand
{
    public static Command Create() => new("predictions", "Logged predictions, and what turned out to be true of them.") { List(), Show(), Label() };

    private static Command List()
    {
        var listing = new Listing();
        var target = new DeploymentTarget();
        var from = Verb.Text("--from", "Not before this time, as 2026-11-22T10:00:00Z", "time");
        var to = Verb.Text("--to", "Before this time", "time");
        var command = listing.AddTo(new("list", "List logged predictions of a deployment with their labels, newest first.") { from, to }, search: false);
        target.AddTo(command);
        return command.Example("mlops predictions list churn -e production --from 2026-11-01").Does(async session =>
        {
            var args = session.Args;
            var page = await session.Client.Deployments.PredictionsPageAsync(
                target.Environment(session),
                target.Name(session),
                RegisterArguments.Time(args.GetValue(from), from.Name),
                RegisterArguments.Time(args.GetValue(to), to.Name),
                listing.PageLimit(session),
                listing.Token(session),
                session.Cancel);
            Print(session, page);
        });
    }

    private static Command Show()
    {
        var id = Verb.Argument("prediction", "Its id, as the header of the answer and 'predictions list' tell it");
        return new Command("show", "Show the rows of one logged prediction, and what shadows said.") { id }.Example("mlops predictions show 0190b6c4f2a17c3e9d5b8a7c6e5f4d3c").Does(async session =>
            Print(session, await session.Client.Deployments.PredictionAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    private static Command Label()
    {
        var file = Verb.Argument("file", "JSON: a list of {\"prediction_id\", \"row\", \"label\", \"at\"}; - for standard input");
        var command = new Command("label", "Say what turned out to be true of predictions, up to 10,000 at once. Ends with 1 when some were refused.") { file };
        return command.Example("mlops predictions label labels.json").Does(async session =>
        {
            var path = session.Args.GetRequiredValue(file);
            var text = path is "-" ? await session.Host.In.ReadToEndAsync(session.Cancel) : await File.ReadAllTextAsync(Verb.Existing(path), session.Cancel);
            var receipt = await session.Client.Deployments.LabelAsync(Read(text), session.Cancel);
            session.Output.Details(
                receipt,
                ("Added", receipt.Added.ToString(CultureInfo.InvariantCulture)),
                ("Replaced", receipt.Replaced.ToString(CultureInfo.InvariantCulture)),
                ("Unchanged", receipt.Unchanged.ToString(CultureInfo.InvariantCulture)),
                ("Refused", Printable.Lines(receipt.Faults.Select(static fault => $"{fault.Index}: {fault.Message} ({fault.Code})"))));
            return receipt.Faults.Count is 0 ? ExitCodes.Ok : ExitCodes.Failed;
        });
    }

    private static IReadOnlyList<PredictionLabel> Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, OrreryJson.TypeOf<IReadOnlyList<PredictionLabel>>()) ?? [];
        }
        catch (JsonException wrong)
        {
            throw new UsageException($"That is no list of labels: {wrong.Message} Right would be [{{\"prediction_id\": \"...\", \"label\": 1}}].");
        }
    }

    private static void Print(Session session, LoggedPredictionPage page) => session.Output.List(
        page,
        page.Predictions,
        page.NextPageToken,
        ("PREDICTION", static one => one.PredictionId),
        ("ROW", static one => one.Row.ToString(CultureInfo.InvariantCulture)),
        ("AT", static one => Printable.Time(one.At)),
        ("VERSION", static one => $"{one.Model}/{one.Version}{(one.Shadow ? " (shadow)" : "")}"),
        ("SAID", static one => one.Outputs?.ToString()),
        ("TRUE", static one => one.Label?.ToString()),
        ("MS", static one => Printable.Number(one.LatencyMs)));
}
