using System.CommandLine;
using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops evaluations gates</c>.</summary>
internal static class EvaluationGatesCommand
{
    public static Command Create() => new("gates", "What evaluations must show before a version of a model goes to production.") { Set(), Show(), Clear(), Check() };

    private static Command Set()
    {
        var model = Verb.Argument("model", "Registered model");
        var gate = Verb.Arguments("gates", "What must hold: 'auc >= 0.8', 'demographic_parity_difference(female) <= 0.1', 'delta.auc >= -0.01'");
        var days = new Option<int?>("--max-age-days") { Description = "Days that the evaluation may be old", HelpName = "n" };
        var rows = new Option<long?>("--min-rows") { Description = "Rows that it must have been made on", HelpName = "n" };
        var source = Verb.Texts("--source", "File, table or training set that it must have been made on; may be given again", "name");
        var like = Verb.Text("--like", "An evaluation of the model: label, task, positive class, weights, threshold and the SHA-256 of the files must be as there", "evaluation");
        return new Command("set", "Set the gates of a model, in place of those it has.") { model, gate, days, rows, source, like }
            .Example("mlops evaluations gates set churn 'auc >= 0.8' 'demographic_parity_difference(female) <= 0.1' --max-age-days 30")
            .Does(async session => Print(session, await session.Client.Evaluations.SetGatesAsync(
                session.Args.GetRequiredValue(model),
                new()
                {
                    Gates = session.Args.GetRequiredValue(gate),
                    MaxAgeDays = session.Args.GetValue(days),
                    MinRows = session.Args.GetValue(rows),
                    Sources = session.Args.GetRequiredValue(source),
                    Reference = session.Args.GetValue(like),
                },
                session.Cancel)));
    }

    private static Command Show()
    {
        var model = Verb.Argument("model", "Registered model");
        return new Command("show", "Show the gates of a model.") { model }.Example("mlops evaluations gates show churn")
            .Does(async session => Print(session, await session.Client.Evaluations.GetGatesAsync(session.Args.GetRequiredValue(model), session.Cancel)));
    }

    private static Command Clear()
    {
        var model = Verb.Argument("model", "Registered model");
        return new Command("clear", "Take the gates of a model away.") { model }
            .Asks(session => $"Versions of '{session.Args.GetValue(model)}' need no evaluation for production from now on.").Example("mlops evaluations gates clear churn --yes")
            .Does(async session => Print(session, await session.Client.Evaluations.SetGatesAsync(session.Args.GetRequiredValue(model), new(), session.Cancel)));
    }

    private static Command Check()
    {
        var (model, version) = (Verb.Argument("model", "Registered model"), Verb.Argument("version", "Number of the version"));
        return new Command("check", "Tell whether a version's evaluations show what its model needs. Ends with 1 when they do not.") { model, version }
            .Example("mlops evaluations gates check churn 3").Does(async session =>
            {
                var check = await session.Client.Evaluations.CheckGatesAsync(session.Args.GetRequiredValue(model), session.Args.GetRequiredValue(version), session.Cancel);
                var text = new StringBuilder();
                foreach (var gate in check.Gates)
                    text.Append(CultureInfo.InvariantCulture, $"{gate.Outcome,-8} {gate.Gate}{(gate.Reason is { } why ? $": {why}" : "")}\n");
                text.Append(check.Reason is { } reason ? reason + "\n" : check.Gates.Count == 0 ? "The model has no gates.\n" : "");
                session.Output.Text(check, text.ToString());
                return check.Passed ? ExitCodes.Ok : ExitCodes.Failed;
            });
    }

    private static string Pinned(EvaluationPins pins) => string.Join('\n', new[]
    {
        pins.Task is { } task ? $"task {task}" : null,
        pins.Label is { } label ? $"label {label}" : null,
        pins.Positive is { Length: > 0 } positive ? $"positive {positive}" : null,
        pins.Weight is { Length: > 0 } weight ? $"weight {weight}" : null,
        pins.Baseline is { Length: > 0 } baseline ? $"baseline {baseline}" : null,
        pins.SourceSha256 is { } hashes ? "SHA-256 " + string.Join(", ", hashes) : null,
    }.OfType<string>());

    private static void Print(Session session, EvaluationGates gates) => session.Output.Details(
        gates,
        ("Gates", gates.Gates.Count == 0 ? "none" : string.Join('\n', gates.Gates)),
        ("Not older than", gates.MaxAgeDays is { } days ? $"{days} days" : null),
        ("Rows at least", gates.MinRows?.ToString(CultureInfo.InvariantCulture)),
        ("On", string.Join(", ", gates.Sources)),
        ("Pinned", gates.Pinned is { } pins ? Pinned(pins) : null),
        ("Set by", gates.SetBy),
        ("Set", Printable.Time(gates.SetAt)));
}
