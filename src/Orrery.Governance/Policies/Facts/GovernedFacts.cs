using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>One document of facts about a version and its deployment, for policies (<c>docs/api/facts.schema.json</c>).</summary>
public sealed class GovernedFacts
{
    private readonly RiskAssessments _assessments;
    private readonly VersionRecords _records;
    private readonly ModelCards _cards;
    private readonly Explanations _explanations;
    private readonly DeployedVersions _deployed;
    private readonly DailyTraffic _traffic;
    private readonly IEnumerable<IFactSource> _sources;
    private readonly TimeProvider _time;

    internal GovernedFacts(
        RiskAssessments assessments,
        VersionRecords records,
        ModelCards cards,
        Explanations explanations,
        DeployedVersions deployed,
        DailyTraffic traffic,
        IEnumerable<IFactSource> sources,
        TimeProvider time) =>
        (_assessments, _records, _cards, _explanations, _deployed, _traffic, _sources, _time) = (assessments, records, cards, explanations, deployed, traffic, sources, time);

    /// <summary>The facts as they are now; as <see cref="RiskAssessments.AssessAsync"/> refuses.</summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="environment">Where it is to be.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<Result<GovernedDocument>> ReadAsync(Actor actor, string model, string version, string environment, CancellationToken cancel)
    {
        if ((await _assessments.SubjectAsync(actor, model, version, environment, cancel)).Failed(out var unknown, out var subject))
            return unknown;
        if ((await _assessments.AssessAsync(actor, model, version, environment, cancel)).Failed(out unknown, out var risk))
            return unknown;
        var records = await _records.OfAsync(subject, cancel);
        var facts = new JsonObject
        {
            ["schema"] = 1,
            ["environment"] = environment,
            ["model"] = FactParts.Model(subject),
            ["version"] = FactParts.Version(subject),
            ["package"] = FactParts.Package(records),
            ["scan"] = FactParts.Scan(records),
            ["evaluation"] = FactParts.Evaluation(records.Evaluated),
            ["tests"] = FactParts.Map(TestConditions.Declared(subject, records.Run)),
            ["risk"] = FactParts.Risk(risk),
            ["answers"] = FactParts.Map(await _assessments.AnswersAsync(subject, cancel)),
            ["lineage"] = FactParts.Lineage(subject, records),
            ["features"] = FactParts.Features(records.Columns),
        };
        await CardAsync(subject, facts, cancel);
        await DeploymentsAsync(subject, facts, cancel);
        foreach (var source in _sources)
            facts[source.Name] = await source.ReadAsync(actor, subject.Model.Name, subject.Number, environment, cancel);
        // The hash is of what was decided on: what changes by itself from one minute to the next is not in it.
        var sha256 = Hash(facts);
        var traffic = await _traffic.OfAsync(actor, subject.Model.Name, environment, cancel);
        facts["traffic"] = new JsonObject { ["requests_per_day"] = traffic.Requests, ["subjects_per_day"] = traffic.Subjects };
        facts["time"] = _time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new GovernedDocument { Sha256 = sha256, Facts = Element(FactParts.WithoutNothing(facts)) };
    }

    private static string Hash(JsonObject facts)
    {
        var text = new StringBuilder();
        CanonicalJson.Append(text, Element(facts));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static JsonElement Element(JsonObject facts) => JsonElement.Parse(facts.ToJsonString());

    private async ValueTask CardAsync(RiskSubject subject, JsonObject facts, CancellationToken cancel)
    {
        if (!(await _cards.GetAsync(subject.Actor, subject.Model.Name, subject.Number, cancel)).Failed(out _, out var card))
        {
            facts["card"] = new JsonObject
            {
                ["tier"] = card.Tier,
                ["completeness"] = card.Completeness.Score,
                ["missing"] = FactParts.Texts(card.Completeness.MissingFromPeople),
                ["filled"] = FactParts.Texts(card.Sections.SelectMany(static section => section.Fields).Where(static field => field.Value is not null).Select(static field => field.Path)),
            };
        }

        facts["explained"] = !(await _explanations.ListAsync(subject.Actor, subject.Model.Name, subject.Number, "succeeded", 1, null, cancel)).Failed(out _, out var page) && page.Explanations.Count > 0;
    }

    private async ValueTask DeploymentsAsync(RiskSubject subject, JsonObject facts, CancellationToken cancel)
    {
        var all = (await _deployed.NowAsync(subject.Actor, subject.Model.Name, null, cancel)).Where(one => one.Version == subject.Number);
        facts["deployments"] = new JsonArray([.. all.Select(static one => (JsonNode)new JsonObject
        {
            ["environment"] = one.Environment,
            ["deployment"] = one.Deployment,
            ["share"] = one.Share,
            ["shadow"] = one.Shadow,
            ["ready"] = one.IsReady,
            ["logged"] = one.LogSample is > 0,
            ["since"] = one.Since.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        })]);
    }
}
