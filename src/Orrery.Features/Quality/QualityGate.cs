using System.Text;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>What a gate found.</summary>
/// <param name="Report">The results; null where there are no rules.</param>
/// <param name="Keeps">SQL, over the source's columns, of what a row must satisfy to pass; null when every row may.</param>
internal sealed record GateAnswer(QualityReport? Report, string? Keeps)
{
    public static readonly GateAnswer Open = new(null, null);

    /// <summary>Why nothing may pass; null when the rest may.</summary>
    public Failure? Refusal => Report?.Outcome is not QualityOutcome.Rejected
        ? null
        : Failure.Invalid(
            "features.quality_rejected",
            $"The data of source {Report.Source} break {Report.Results.Count(static result => !result.Passed && result.Rule.OnFailure is "reject")} rule(s) that refuse them: "
            + string.Join("; ", Report.Results.Where(static result => !result.Passed && result.Rule.OnFailure is "reject").Take(5).Select(Words)) + $". See quality check {Report.Id}.");

    private static string Words(QualityResult result) =>
        $"{result.Rule.Expect}({result.Rule.Column ?? string.Join(", ", result.Rule.Columns)}) "
        + (result.Error ?? (result.UnexpectedCount is { } count ? $"in {count} rows of {result.ElementCount}" : $"measured {result.Observed}"));
}

/// <summary>Rows that are about to be used.</summary>
/// <param name="Project">The definitions.</param>
/// <param name="View">Checked with the source's rules; null for the source alone.</param>
/// <param name="Source">Whose rows.</param>
/// <param name="Relation">What stands behind <c>from</c> in the embedded engine.</param>
/// <param name="Reason">check, materialization, training_set.</param>
internal sealed record CheckedRows(FeatureProject Project, FeatureView? View, FeatureSource Source, string Relation, string Reason)
{
    /// <summary>SQL of what a row must satisfy to pass, where that was judged elsewhere; null to judge here.</summary>
    public string? Judged { get; init; }

    /// <summary>Rows that break a rule are kept in quarantine; else they are only counted.</summary>
    public bool KeepsAside { get; init; } = true;

    /// <summary>What is asked: the source's rules, then the view's.</summary>
    public IReadOnlyList<QualityRule> Rules { get; init; } = [.. Source.Rules.Concat(View?.Rules ?? [])];
}

/// <summary>Checks what is about to be used against the rules of its source and view, keeps the report, and sets rows aside.</summary>
internal sealed class QualityGate(Db db, TimeProvider time)
{
    /// <summary>Most rows that one check sets aside in full; more are counted and left out.</summary>
    public const int MostQuarantined = 10_000;

    /// <summary>Checks rows in the embedded engine and keeps the report.</summary>
    /// <param name="actor">Whose workspace.</param>
    /// <param name="rows">Which.</param>
    /// <param name="connection">Of the engine.</param>
    /// <param name="cancel">Interrupts.</param>
    public async Task<GateAnswer> CheckAsync(Actor actor, CheckedRows rows, DuckConnection connection, CancellationToken cancel)
    {
        if (rows.Rules.Count == 0)
            return GateAnswer.Open;
        var now = time.GetUtcNow();
        var table = QualityTable.Of(connection, rows.Relation, cancel);
        var results = new QualityCheck(connection, table, Hidden(rows.Project, rows.Source), now).Run(rows.Rules, cancel);
        var filter = RowFilter.Here(connection, table, rows.Rules, cancel);
        var keeps = rows.Judged ?? filter.Keeps;
        var set = keeps is null || !rows.KeepsAside ? [] : Aside(connection, table, filter, keeps, cancel);
        var (count, quarantined) = Count(connection, rows.Relation, keeps, cancel);
        var report = new QualityReport
        {
            Id = Guid.CreateVersion7(now).ToString("D"),
            Project = rows.Project.Name,
            View = rows.View?.Name,
            Source = rows.Source.Name,
            Reason = rows.Reason,
            CheckedAt = now.ToUnixTimeMilliseconds(),
            Rows = count,
            Quarantined = quarantined,
            Outcome = QualityOutcome.Of(results, quarantined),
            Results = results,
        };
        await KeepAsync(actor, report, set, cancel);
        return new(report, keeps);
    }

    /// <summary>Columns of a source of which no sample may be shown: what is restricted as a feature of any view, of any version, and keys.</summary>
    public static HashSet<string> Hidden(FeatureProject project, FeatureSource source) => project.ViewVersions.Values
        .Where(view => view.Source.History.Name == source.History.Name)
        .SelectMany(static view => view.Fields.Where(static field => field.IsRestricted || field.IsPii).Select(field => view.Source.Column(field.Name)))
        .Concat(project.ViewVersions.Values.Where(view => view.Source.Name == source.Name).SelectMany(static view => view.Keys.Select(key => view.Source.Column(key.Name))))
        .ToHashSet(StringComparer.Ordinal);

    private async Task KeepAsync(Actor actor, QualityReport report, List<(string[] Broke, string Row)> set, CancellationToken cancel) => await db.WriteAsync<Done>(async session =>
    {
        await QualityStore.InsertAsync(session, actor.Workspace, report);
        await QualityStore.QuarantineAsync(session, actor.Workspace, report, set);
        return Done.Ok;
    }, cancel);

    // Each row with one truth for each rule that sets aside.
    private static List<(string[] Broke, string Row)> Aside(DuckConnection connection, QualityTable table, RowFilter filter, string keeps, CancellationToken cancel)
    {
        var set = new List<(string[], string)>();
        if (filter.Conditions.Count == 0)
            return set;
        using var reader = connection.Query(QualitySql.Aside(table.Relation, filter.Conditions.Select(static one => one.Sql), keeps, MostQuarantined), cancel: cancel);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                var broke = filter.Conditions.Where((_, at) => reader.Values<byte>(at + 1)[row] == 0).Select(static one => one.Rule.Name).ToArray();
                set.Add((broke, Encoding.UTF8.GetString(reader.Utf8(0, row)).Replace("\\u0000", "", StringComparison.Ordinal)));
            }
        }

        return set;
    }

    private static (long Rows, long Aside) Count(DuckConnection connection, string relation, string? keeps, CancellationToken cancel)
    {
        using var reader = connection.Query(QualitySql.Count(relation, keeps), cancel: cancel);
        reader.Read();
        return (reader.Values<long>(0)[0], reader.Values<long>(1)[0]);
    }
}
