using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Migrations as people read them.</summary>
internal static class MigrationText
{
    /// <summary>One with its steps, the wire's record as JSON.</summary>
    public static void Show(Session session, ModelMigration one) => session.Output.Details(
        one,
        ("Migration", one.Id),
        ("Model", $"{one.Model} {one.Version}".TrimEnd()),
        ("From", one.Endpoint.Url),
        ("To", one.Environment),
        ("Owner", one.Owner),
        ("Promised", one.Slo),
        ("State", $"{one.State}, {one.Ended} of 10"),
        ("Steps", Printable.Lines(one.Steps.Select(Step))),
        ("Compared", Printable.Lines(one.Comparisons.Select(Line))),
        ("Started", Printable.Time(one.StartedAt)),
        ("By", one.StartedBy));

    /// <summary>A comparison with its worst rows.</summary>
    public static void Show(Session session, ModelMigrationComparison one) => session.Output.Details(
        one,
        ("Comparison", one.Id),
        ("Version", one.Version),
        ("State", one.State),
        ("Message", one.Message),
        ("Agree", one.Agreement is { } share ? $"{one.Agreed} of {one.Rows} rows, {Number(share * 100)} %" : null),
        ("Difference", one.LargestDifference is { } largest ? $"largest {Number(largest)}, mean {Number(one.MeanDifference ?? 0)}" : null),
        ("Old endpoint", Side(one.Old)),
        ("New version", Side(one.New)),
        ("Worst rows", Printable.Lines(one.Worst.Select(static row => $"{row.Row}: {row.Reason}{(row.Inputs is { } inputs ? $" for {inputs}" : "")}"))));

    private static string Step(ModelMigrationStep step) =>
        $"{step.Number.ToString(CultureInfo.InvariantCulture),2} {step.State,-7} {step.Title}{(step.IsOverdue ? ", overdue" : "")}{(step.Missing is { } missing ? $": {missing}" : step.Note is { Length: > 0 } note ? $": {note}" : "")}";

    private static string Line(ModelMigrationComparison one) =>
        one.Agreement is { } share ? $"{one.Id} {one.State}, {one.Agreed} of {one.Rows} rows agree, {Number(share * 100)} %" : $"{one.Id} {one.State} {one.Message}".TrimEnd();

    private static string? Side(ComparedSide side) => side is { P50Ms: { } p50, P95Ms: { } p95 } ? $"p50 {Number(p50)} ms, p95 {Number(p95)} ms, {side.Errors} errors" : side.Errors > 0 ? $"{side.Errors} errors" : null;

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
