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
        $"{result.Rule.Expect}({result.Rule.Column ?? string.Join(", ", result.Rule.Columns)}) " + (result.Error ?? (result.UnexpectedCount is { } count ? $"in {count} rows" : $"measured {result.Observed}"));
}

/// <summary>Checks what is about to be used against the rules of its source and view, keeps the report, and sets rows aside.</summary>
internal sealed class QualityGate(Db db, TimeProvider time)
{
    /// <summary>Most rows that one check sets aside in full; more are counted and left out.</summary>
    public const int MostQuarantined = 10_000;

    /// <summary>Checks a relation of the embedded engine and keeps the report.</summary>
    /// <param name="actor">Whose workspace.</param>
    /// <param name="project">The definitions.</param>
    /// <param name="view">Checked with the source's rules; null for the source alone.</param>
    /// <param name="source">Whose rows.</param>
    /// <param name="connection">Of the engine.</param>
    /// <param name="relation">What stands behind <c>from</c>: the rows that are to be used.</param>
    /// <param name="reason">check, materialization, training_set.</param>
    /// <param name="cancel">Interrupts.</param>
    public async Task<GateAnswer> CheckAsync(
        Actor actor, FeatureProject project, FeatureView? view, FeatureSource source, DuckConnection connection, string relation, string reason, CancellationToken cancel)
    {
        var rules = source.Rules.Concat(view?.Rules ?? []).ToList();
        if (rules.Count == 0)
            return GateAnswer.Open;
        var table = Describe(connection, relation, cancel);
        var hidden = Hidden(project, source);
        var now = time.GetUtcNow();
        var check = new QualityCheck(connection, table, hidden, now);
        var results = check.Run(rules, cancel);
        var keeps = check.Keeps(rules);
        var id = Guid.CreateVersion7(now).ToString("D");
        var set = keeps is null ? [] : Aside(connection, table, check, rules, keeps, cancel);
        var quarantined = keeps is null ? 0 : Count(connection, $"select count(*) from {relation} where not ({keeps})", cancel);
        var report = new QualityReport
        {
            Id = id,
            Project = project.Name,
            View = view?.Name,
            Source = source.Name,
            Reason = reason,
            CheckedAt = now.ToUnixTimeMilliseconds(),
            Rows = Count(connection, $"select count(*) from {relation}", cancel),
            Quarantined = quarantined,
            Outcome = QualityOutcome.Of(results, quarantined),
            Results = results,
        };
        await KeepAsync(actor, report, set, cancel);
        return new(report, keeps);
    }

    /// <summary>A source whose rows have the columns that rules name: pushed rows are JSON, which is taken apart for it.</summary>
    public static SourceRelation Named(SourceRelation relation, FeatureView? view)
    {
        if (relation.Source.Kind is not SourceKind.Push)
            return relation;
        var columns = new List<string>();
        foreach (var (name, type) in view is null ? [] : view.Keys.Select(static key => (key.Name, key.Type)).Concat(view.Fields.Select(static field => (field.Name, field.Type))))
        {
            if (relation.Column(name).Succeeded && relation.Column(name).Value is var column && DuckDbDialect.Instance.Cast(column, type) is { } sql)
                columns.Add($"try({sql}) as {Quote.Name(column.Name)}");
        }

        columns.Add($"make_timestamp(event_time) as {Quote.Name(relation.Source.TimestampColumn)}");
        if (relation.Source.CreatedColumn is { } created)
            columns.Add($"make_timestamp(created_time) as {Quote.Name(created)}");
        return new SourceRelation
        {
            Source = relation.Source,
            From = $"(select *, {string.Join(", ", columns)} from {relation.From}) named",
            Sequence = relation.Sequence,
            Find = relation.Find,
            Known = relation.Known,
        };
    }

    // Restricted as a feature of any view, of any version, is restricted as a column.
    private static HashSet<string> Hidden(FeatureProject project, FeatureSource source) => project.ViewVersions.Values
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
    private static List<(string[] Broke, string Row)> Aside(
        DuckConnection connection, QualityTable table, QualityCheck check, List<QualityRule> rules, string keeps, CancellationToken cancel)
    {
        var judged = rules.Where(static rule => rule.Reaction is "quarantine").Select(rule => (Rule: rule, Sql: check.Condition(rule))).Where(static one => one.Sql is not null).ToList();
        var set = new List<(string[], string)>();
        using var reader = connection.Query(QualitySql.Aside(table.Relation, judged.Select(static one => one.Sql!), keeps, MostQuarantined), cancel: cancel);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                var broke = judged.Where((_, at) => reader.Values<byte>(at + 1)[row] == 0).Select(static one => one.Rule.Name).ToArray();
                set.Add((broke, Encoding.UTF8.GetString(reader.Utf8(0, row)).Replace("\\u0000", "", StringComparison.Ordinal)));
            }
        }

        return set;
    }

    private static QualityTable Describe(DuckConnection connection, string relation, CancellationToken cancel)
    {
        using var reader = connection.Query($"from {relation} limit 0", cancel: cancel);
        return new(relation, [.. reader.Columns.Where(static column => column.Name is not "orrery_row" and not "file_index" and not "file_row_number" and not "sequence" and not "columns" and not "event_time" and not "created_time").Select(static column => (column.Name, column.Type.ToString()))]);
    }

    private static long Count(DuckConnection connection, string sql, CancellationToken cancel)
    {
        using var reader = connection.Query(sql, cancel: cancel);
        return reader.Read() ? reader.Values<long>(0)[0] : 0;
    }
}
