using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Tracking;

namespace Orrery.Governance;

/// <summary>Members of the facts about a version.</summary>
internal static class FactParts
{
    private const string OwnerTag = "owner";

    public static JsonObject Model(RiskSubject subject) => new()
    {
        ["name"] = subject.Model.Name,
        ["description"] = subject.Model.Description,
        ["owner"] = Tag(subject.Version.Tags, OwnerTag) ?? Tag(subject.Model.Tags, OwnerTag),
        ["created_by"] = subject.Model.CreatedBy,
        ["tags"] = Map(subject.Model.Tags.Select(static tag => new KeyValuePair<string, string>(tag.Key, tag.Value))),
    };

    public static JsonObject Version(RiskSubject subject) => new()
    {
        ["number"] = subject.Number,
        ["stage"] = subject.Version.Stage,
        ["description"] = subject.Version.Description,
        ["created_by"] = subject.Version.CreatedBy,
        ["created_at"] = Time(subject.Version.CreatedAt),
        ["run_id"] = subject.Version.RunId,
        ["aliases"] = Texts(subject.Version.Aliases),
        ["tags"] = Map(subject.Version.Tags.Select(static tag => new KeyValuePair<string, string>(tag.Key, tag.Value))),
    };

    public static JsonObject? Package(VersionRecord records) => records.Package is not { } package ? null : new()
    {
        ["sha256"] = package.Sha256,
        ["state"] = package.State,
        ["size_bytes"] = package.Size,
        ["files"] = package.Files.Count,
    };

    public static JsonObject? Scan(VersionRecord records) => records.Scan is not { } scan ? null : new()
    {
        ["id"] = scan.Id,
        ["verdict"] = scan.Verdict,
        ["at"] = Time(scan.CreatedAt),
        ["dependencies"] = scan.Dependencies.Count,
        ["findings"] = new JsonArray([.. scan.Findings.Select(static one => (JsonNode)new JsonObject { ["severity"] = one.Severity, ["rule"] = one.Rule, ["accepted"] = one.AcceptedBy is not null })]),
    };

    public static JsonObject? Evaluation(EvaluatedVersion evaluated) => evaluated is not { Row: { } row, Result: { } result } ? null : new()
    {
        ["id"] = row.Id,
        ["task"] = result.Task,
        ["rows"] = result.Rows,
        ["finished_at"] = row.FinishedAt is { } at ? Time(at) : null,
        ["gates_set"] = evaluated.HasGates,
        ["gates_passed"] = evaluated.Check.Passed && row.Passed is not false,
        ["metrics"] = new JsonObject([.. result.Metrics.Where(static one => one.Value is { } value && double.IsFinite(value)).DistinctBy(static one => one.Name)
            .Select(static one => KeyValuePair.Create(one.Name, (JsonNode?)JsonValue.Create(one.Value!.Value)))]),
        ["fairness"] = new JsonArray([.. result.Fairness.Select(static report => (JsonNode)new JsonObject
        {
            ["attribute"] = report.Attribute,
            ["min_impact_ratio"] = report.Groups.Select(static group => group.FourFifths?.ImpactRatio).Min() is { } least && double.IsFinite(least) ? least : null,
            ["metrics"] = new JsonObject([.. report.Metrics.Where(static one => one.Value is { } value && double.IsFinite(value)).DistinctBy(static one => one.Name)
                .Select(static one => KeyValuePair.Create(one.Name, (JsonNode?)JsonValue.Create(one.Value!.Value)))]),
        })]),
    };

    public static JsonObject Risk(RiskAssessment risk) => new()
    {
        ["score"] = risk.Score,
        ["tier"] = risk.Tier,
        ["sha256"] = risk.Sha256,
        ["dimensions"] = new JsonObject([.. risk.Dimensions.Select(static one => KeyValuePair.Create(one.Name, (JsonNode?)JsonValue.Create(one.Score)))]),
        ["triggers"] = Texts(risk.Triggers.Select(static one => one.Name)),
        ["unanswered"] = Texts(risk.Dimensions.SelectMany(static one => one.Evidence).Where(static one => one.Source == RiskScore.Unanswered).Select(static one => one.Name)),
    };

    public static JsonObject Lineage(RiskSubject subject, VersionRecord records)
    {
        var check = LineageConditions.Lineage(subject, records.Package, records.Run, records.Columns);
        return new()
        {
            ["complete"] = check.Passed,
            ["reason"] = check.Reason,
            ["run_id"] = records.Run is null ? null : subject.Version.RunId,
            ["training_set"] = records.Columns.Set,
            ["datasets"] = new JsonArray([.. (records.Run?.Inputs ?? []).Select(static one => (JsonNode)new JsonObject { ["name"] = one.Name, ["digest"] = one.Digest, ["type"] = one.SourceType })]),
        };
    }

    public static JsonArray? Features(UsedColumns columns) => columns.Set is null || columns.Marks is null ? null : new([.. columns.Marks.Select(static one => (JsonNode)new JsonObject
    {
        ["view"] = one.View,
        ["feature"] = one.Feature,
        ["known"] = one.IsKnown,
        ["pii"] = one.IsPii,
        ["restricted"] = one.IsRestricted,
        ["tags"] = Map(one.Tags),
    })]);

    public static JsonObject Map(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var map = new JsonObject();
        foreach (var (key, value) in pairs)
            map[key] = value;
        return map;
    }

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static text => (JsonNode)JsonValue.Create(text))]);

    /// <summary>What is not known is left out.</summary>
    public static JsonObject WithoutNothing(JsonObject facts)
    {
        foreach (var name in facts.Where(static one => one.Value is null).Select(static one => one.Key).ToList())
            facts.Remove(name);
        foreach (var inner in facts.Select(static one => one.Value).OfType<JsonObject>())
            WithoutNothing(inner);
        return facts;
    }

    private static string? Tag(IReadOnlyList<Pair> tags, string key) => tags.FirstOrDefault(tag => tag.Key == key).Value;

    private static string Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
