using System.Globalization;
using Orrery.Contracts;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Tenancy;
using Orrery.Tracking;

namespace Orrery.Governance;

/// <summary>What the platform knows by itself about the risk of a version in an environment.</summary>
internal sealed class RiskFacts(ColumnFacts columns, DailyTraffic traffic, DeployedVersions deployed, Evaluations evaluations, RegisteredModels models, IEnumerable<IDeliveryHistory> histories)
{
    private const string DomainTag = "regulated_domain";
    private const string CriticalityTag = "criticality";
    private const string TypeTag = "model_type";
    private const int LookedAt = 20;

    /// <summary>All that is known, in no order that matters.</summary>
    /// <param name="subject">Of what.</param>
    /// <param name="standing">The assessment that stands; null for none.</param>
    /// <param name="looks">What was found before, for who asks about many versions.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<IReadOnlyList<KnownRisk>> FindAsync(RiskSubject subject, RiskAssessment? standing, RiskLooks looks, CancellationToken cancel)
    {
        var known = new List<KnownRisk>();
        var used = await columns.OfAsync(subject, cancel);
        known.AddRange(OfColumns(used));
        known.AddRange(OfTags(subject, used));
        var day = await looks.TrafficAsync(subject, () => traffic.OfAsync(subject.Actor, subject.Model.Name, subject.Environment, cancel));
        known.AddRange(new[] { TrafficBands.Of(TrafficBands.Requests, day.Requests, standing), TrafficBands.Of(TrafficBands.Customers, day.Subjects, standing) }.OfType<KnownRisk>());
        await AttributesAsync(subject, known, cancel);
        if (subject.Environment == RiskSubject.Production && await looks.FirstAsync(subject, () => FirstAsync(subject, cancel)) is { } first)
            known.Add(first);
        return known;
    }

    private static IEnumerable<KnownRisk> OfColumns(UsedColumns used)
    {
        if (used.Marks is null)
            yield return new(RiskScore.DataSensitivity, "features_gone", $"the project {used.Project} of training set {used.Set} is gone: nothing is known of its columns", RiskScore.Worst);
        if (used.Gone.Count > 0)
            yield return new(RiskScore.DataSensitivity, "features_gone", Some(used.Gone), RiskScore.Worst);
        if (used.Marks?.Where(static mark => mark.IsPii).Select(static mark => $"{mark.View}:{mark.Feature}").Distinct().Order(StringComparer.Ordinal).ToList() is { Count: > 0 } personal)
            yield return new(RiskScore.DataSensitivity, "pii_columns", Some(personal), 8) { Trigger = "pii" };
        if (used.Marks?.Where(static mark => mark is { IsRestricted: true, IsPii: false }).Select(static mark => $"{mark.View}:{mark.Feature}").Distinct().Order(StringComparer.Ordinal).ToList() is { Count: > 0 } restricted)
            yield return new(RiskScore.DataSensitivity, "restricted_columns", Some(restricted), 6);
        foreach (var group in (used.Marks ?? []).Select(static mark => (Mark: mark, Risk: ColumnFacts.Sensitivity(mark))).Where(static one => one.Risk is not null).GroupBy(static one => one.Risk!))
            yield return group.Key with { Value = $"{group.Key.Value}: {Some([.. group.Select(static one => $"{one.Mark.View}:{one.Mark.Feature}").Distinct().Order(StringComparer.Ordinal)])}" };
        if (used.Found.Count > 0)
            yield return new(RiskScore.DataSensitivity, "privacy_scan", Some(used.Found), 8) { Trigger = "pii" };
    }

    private static IEnumerable<KnownRisk> OfTags(RiskSubject subject, UsedColumns used)
    {
        var said = subject.Model.Tags.Concat(subject.Version.Tags).Select(static tag => (tag.Key, tag.Value))
            .Concat((used.Marks ?? []).SelectMany(static mark => mark.Tags).Select(static tag => (tag.Key, tag.Value))).Distinct().ToList();
        foreach (var value in said.Where(static tag => tag.Key == DomainTag).SelectMany(static tag => tag.Value.Split(',', StringSplitOptions.TrimEntries)).Distinct().Order(StringComparer.Ordinal))
        {
            // A domain that nobody knows is one that somebody thought worth a tag.
            var choice = Questionnaire.Find(Questionnaire.ById[DomainTag], value)?[0] ?? Questionnaire.Find(Questionnaire.ById[DomainTag], "other")![0];
            if (choice.Score > 0)
                yield return new(RiskScore.RegulatoryScope, "regulated_domain_tag", value, choice.Score) { Trigger = choice.Trigger };
        }

        foreach (var tag in subject.Model.Tags.Concat(subject.Version.Tags).Where(static tag => tag.Key == CriticalityTag))
        {
            if (Questionnaire.Find(Questionnaire.ById[CriticalityTag], tag.Value.Trim())?[0] is { Score: > 0 } choice)
                yield return new(RiskScore.BusinessImpact, "criticality_tag", tag.Value.Trim(), choice.Score) { Trigger = choice.Trigger };
        }
    }

    private async ValueTask AttributesAsync(RiskSubject subject, List<KnownRisk> known, CancellationToken cancel)
    {
        if ((await evaluations.ListAsync(subject.Actor, subject.Model.Name, subject.Number, LookedAt, null, cancel)).Failed(out _, out var page))
            return;
        var attributes = page.Evaluations.Where(static one => one.State == EvaluationRow.Succeeded).SelectMany(static one => one.Spec.Sensitive).Distinct().Order(StringComparer.Ordinal).ToList();
        if (attributes.Count > 0)
            known.Add(new(RiskScore.DataSensitivity, "protected_attributes", $"its evaluations look at {Some(attributes)}", 3));
    }

    private async ValueTask<KnownRisk?> FirstAsync(RiskSubject subject, CancellationToken cancel)
    {
        var type = Tag(subject.Model);
        var alike = new HashSet<string>(StringComparer.Ordinal) { subject.Model.Name };
        // The model's own history is found at once; that of its type is read through.
        if (await deployed.EverAsync(subject.Actor, RiskSubject.Production, alike, cancel))
            return null;
        if (type is not null)
        {
            alike.UnionWith(await OfTypeAsync(subject, type, cancel));
            if (alike.Count > 1 && await deployed.EverAsync(subject.Actor, RiskSubject.Production, alike, cancel))
                return null;
        }

        foreach (var history in histories)
        {
            if (await history.WasBroughtAsync(subject.Actor, RiskSubject.Production, alike, cancel))
                return null;
        }

        return new(null, RiskScore.FirstProduction, type is null
            ? $"no version of {subject.Model.Name} was ever in production"
            : $"no version of {subject.Model.Name}, or of another model of type {type}, was ever in production", 0)
        { Trigger = RiskScore.FirstProduction };
    }

    private async ValueTask<IEnumerable<string>> OfTypeAsync(RiskSubject subject, string type, CancellationToken cancel)
    {
        var found = new List<string>();
        for (string? token = null; ;)
        {
            var search = new RegistrySearch(new SearchFilter([new Comparison(EntityKind.Tag, TypeTag, Comparator.Equal, new SearchValue.Text(type))]), [new OrderBy(EntityKind.Attribute, "name", Ascending: true)], Listings.MaxLimit, token);
            if ((await models.SearchAsync(subject.Actor with { Limits = null }, search, cancel)).Failed(out _, out var page))
                return found;
            found.AddRange(page.Items.Where(model => Tag(model) == type).Select(static model => model.Name));
            if ((token = page.NextToken) is null)
                return found;
        }
    }

    private static string? Tag(Registry.RegisteredModel model) => model.Tags.FirstOrDefault(static tag => tag.Key == TypeTag).Value is { Length: > 0 } type ? type : null;

    private static string Some(IReadOnlyList<string> names) =>
        names.Count <= LookedAt ? string.Join(", ", names) : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", names.Take(LookedAt))} and {names.Count - LookedAt} more");
}
