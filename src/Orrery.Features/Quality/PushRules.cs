using System.Text;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>
/// Asks the rules on single rows of what is pushed, by the same SQL that materializations and joins ask: one query of a table in memory for all
/// rows of a push, and one more for each view with rules of its own. Where there are no such rules nothing is asked.
/// </summary>
internal sealed class PushRules(DuckEngines engines, TimeProvider time)
{
    private const string Table = "orrery_push";

    /// <summary>Judges the good rows of a push: refuses some, sets some aside, in the frame.</summary>
    /// <returns>What is to be kept with the push; null when no rule is broken. <c>features.quality_rejected</c>, and what leasing the engine fails with.</returns>
    public async ValueTask<Result<PushJudgement?>> JudgeAsync(
        FeatureProject project, FeatureSource source, IReadOnlyList<FeatureView> views, PushFrame frame, CancellationToken cancel)
    {
        var asked = Asked(source, views);
        if (asked.Count == 0)
            return (PushJudgement?)null;
        var (rows, places) = (frame.History(), frame.Good.ToList());
        if ((await engines.LeaseAsync(project.Workspace, cancel, EngineUse.Request)).Failed(out var busy, out var lease))
            return busy;
        using (lease)
        {
            try
            {
                return Judge(lease.Connection, project, source, asked, frame, rows, places, cancel);
            }
            catch (DuckException e)
            {
                return PointInTime.Failed(e);
            }
        }
    }

    /// <summary>Which rows of a push's history, by their places, a view must not have online.</summary>
    public async ValueTask<Result<IReadOnlySet<int>>> SetAsideAsync(
        FeatureProject project, FeatureSource source, FeatureView view, IReadOnlyList<PushedRow> rows, CancellationToken cancel)
    {
        var rules = view.Rules.Where(RowFilter.SetsAside).ToList();
        var aside = new HashSet<int>();
        if (rules.Count == 0 || rows.Count == 0)
            return aside;
        if ((await engines.LeaseAsync(project.Workspace, cancel, EngineUse.Request)).Failed(out var busy, out var lease))
            return busy;
        using (lease)
        {
            try
            {
                Load(lease.Connection, rows, cancel);
                foreach (var (_, broken) in Broken(lease.Connection, Relation(lease.Connection, project, source, view, cancel), rules, cancel))
                    aside.UnionWith(broken);
                return aside;
            }
            catch (DuckException e)
            {
                return PointInTime.Failed(e);
            }
        }
    }

    private Result<PushJudgement?> Judge(
        DuckConnection connection, FeatureProject project, FeatureSource source, List<(FeatureView? View, List<QualityRule> Rules)> asked, PushFrame frame,
        List<PushedRow> rows, List<int> places, CancellationToken cancel)
    {
        Load(connection, rows, cancel);
        var now = time.GetUtcNow();
        var (results, broke) = (new List<QualityResult>(), new SortedDictionary<int, List<string>>());
        foreach (var (view, rules) in asked)
        {
            var table = Relation(connection, project, source, view, cancel);
            var broken = Broken(connection, table, rules, cancel);
            if (broken.Count == rules.Count && broken.TrueForAll(static one => one.Rows.Count == 0))
                continue;
            var found = new QualityCheck(connection, table, QualityGate.Hidden(project, source), now).Run(rules, cancel);
            results.AddRange(found);
            if (found.FirstOrDefault(static result => result is { Error: not null, Rule.OnFailure: "reject" }) is { } unfit)
                return Failure.Invalid("features.quality_rejected", $"The rule {unfit.Rule.Expect} of source {source.Name} refuses all rows, for it cannot be asked: {unfit.Error}");
            foreach (var (rule, at) in broken)
                Apply(rule, found[rules.IndexOf(rule)].Passed, view, at, frame, places, broke);
        }

        if (results.TrueForAll(static result => result.Passed))
            return (PushJudgement?)null;
        var aside = broke.Where(one => !frame.IsRefused(places[one.Key])).ToList();
        var report = new QualityReport
        {
            Id = Guid.CreateVersion7(now).ToString("D"),
            Project = project.Name,
            Source = source.Name,
            Reason = "push",
            CheckedAt = now.ToUnixTimeMilliseconds(),
            Rows = rows.Count,
            Quarantined = aside.Count,
            Outcome = QualityOutcome.Of(results, aside.Count),
            Results = results,
        };
        return new PushJudgement(report, [.. aside.Take(QualityGate.MostQuarantined).Select(one => (one.Value.ToArray(), Json(source, rows[one.Key])))]);
    }

    private static void Apply(
        QualityRule rule, bool passed, FeatureView? view, IReadOnlyList<int> rows, PushFrame frame, List<int> places, SortedDictionary<int, List<string>> broke)
    {
        var column = rule.Columns.FirstOrDefault() ?? "";
        foreach (var row in rows)
        {
            if (rule.Reaction is "quarantine")
            {
                if (!broke.TryGetValue(row, out var names))
                    broke[row] = names = [];
                names.Add(rule.Name);
                var of = view is null ? "" : $" of feature view {view.Name}";
                frame.SetAside(view, new() { Row = places[row], Column = column, Message = $"The row breaks the rule {rule.Name}{of} and is in quarantine." });
            }
            else if (rule.Reaction is "reject" && !passed)
            {
                frame.Refuse(new() { Row = places[row], Column = column, Message = $"{(column.Length > 0 ? column : "The row")} breaks the rule {rule.Name}." });
            }
        }
    }

    private static List<(FeatureView? View, List<QualityRule> Rules)> Asked(FeatureSource source, IReadOnlyList<FeatureView> views)
    {
        var asked = new List<(FeatureView?, List<QualityRule>)> { (null, OfRows(source.Rules)) };
        asked.AddRange(views.Select(static view => ((FeatureView?)view, OfRows(view.Rules))));
        return [.. asked.Where(static one => one.Item2.Count > 0)];
    }

    private static List<QualityRule> OfRows(IReadOnlyList<QualityRule> rules) => [.. rules.Where(static rule => rule.Kind.Scope is RuleScope.Row)];

    private static void Load(DuckConnection connection, IReadOnlyList<PushedRow> rows, CancellationToken cancel)
    {
        connection.Execute(QualitySql.PushTable(Table), cancel);
        using var appender = connection.Appender(Table);
        for (var at = 0; at < rows.Count; at++)
            PushedRows.Append(appender, new(at, rows[at].EventTime, rows[at].CreatedTime, rows[at].Columns));
        appender.Close(cancel);
    }

    private static QualityTable Relation(DuckConnection connection, FeatureProject project, FeatureSource source, FeatureView? view, CancellationToken cancel) =>
        QualityTable.Of(connection, NamedColumns.Of(PushedRows.Relation(source, Table), project, view).From, cancel);

    // The rules that fit, each with the rows that break it.
    private static List<(QualityRule Rule, List<int> Rows)> Broken(DuckConnection connection, QualityTable table, List<QualityRule> rules, CancellationToken cancel)
    {
        var conditions = RowFilter.Fitting(connection, table, rules, cancel).Conditions;
        var broken = conditions.Select(static one => (one.Rule, Rows: new List<int>())).ToList();
        if (conditions.Count == 0)
            return broken;
        using var reader = connection.Query(QualitySql.Truths(table.Relation, conditions.Select(static one => one.Sql)), cancel: cancel);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                for (var at = 0; at < broken.Count; at++)
                {
                    if (reader.Values<byte>(at + 1)[row] == 0)
                        broken[at].Rows.Add((int)reader.Values<long>(0)[row]);
                }
            }
        }

        return broken;
    }

    // The columns as they were pushed, with the time.
    private static string Json(FeatureSource source, PushedRow row)
    {
        using var columns = JsonDocument.Parse(row.Columns);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var column in columns.RootElement.EnumerateObject())
                column.WriteTo(json);
            json.WriteString(source.TimestampColumn, Moments.Text(row.EventTime) ?? "");
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)).Replace("\\u0000", "", StringComparison.Ordinal);
    }
}
