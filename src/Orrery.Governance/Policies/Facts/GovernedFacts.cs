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
    private readonly TimeProvider _time;

    internal GovernedFacts(
        RiskAssessments assessments,
        VersionRecords records,
        ModelCards cards,
        Explanations explanations,
        DeployedVersions deployed,
        DailyTraffic traffic,
        TimeProvider time) =>
        (_assessments, _records, _cards, _explanations, _deployed, _traffic, _time) = (assessments, records, cards, explanations, deployed, traffic, time);

    /// <summary>The facts as they are now; as <see cref="RiskAssessments.AssessAsync(Actor, string, string, string, CancellationToken)"/> refuses.</summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="environment">Where it is to be.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<Result<GovernedDocument>> ReadAsync(Actor actor, string model, string version, string environment, CancellationToken cancel)
    {
        if ((await _assessments.SubjectAsync(actor, model, version, environment, cancel)).Failed(out var unknown, out var subject))
            return unknown;
        // What does not need another's answer is read beside it. The card tells the tier and the scan: both may come to be only here.
        var assessment = _assessments.AssessAsync(subject, new(), cancel).AsTask();
        var known = _records.OfAsync(subject, cancel).AsTask();
        var answers = _assessments.AnswersAsync(subject, cancel).AsTask();
        var explained = IsExplainedAsync(subject, cancel);
        var deployments = DeploymentsAsync(subject, cancel);
        var requests = _traffic.OfAsync(actor, subject.Model.Name, environment, cancel).AsTask();
        await Task.WhenAll(assessment, known, answers, explained, deployments, requests);
        if ((await assessment).Failed(out unknown, out var risk))
            return unknown;
        var (records, traffic) = (await known, await requests);
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
            ["answers"] = FactParts.Map(await answers),
            ["lineage"] = FactParts.Lineage(subject, records),
            ["features"] = FactParts.Features(records.Columns),
            ["card"] = await CardAsync(subject, cancel),
            ["explained"] = await explained,
            ["deployments"] = await deployments,
        };
        // The hash is of what was decided on: what changes by itself from one minute to the next is not in it.
        var sha256 = Hash(facts);
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

    private async Task<JsonObject> CardAsync(RiskSubject subject, CancellationToken cancel)
    {
        var card = await _cards.OfAsync(subject, cancel);
        return new JsonObject
        {
            ["tier"] = card.Tier,
            ["completeness"] = card.Completeness.Score,
            ["missing"] = FactParts.Texts(card.Completeness.MissingFromPeople),
            ["filled"] = FactParts.Texts(card.Sections.SelectMany(static section => section.Fields).Where(static field => field.Value is not null).Select(static field => field.Path)),
        };
    }

    private async Task<bool> IsExplainedAsync(RiskSubject subject, CancellationToken cancel) =>
        !(await _explanations.ListAsync(subject.Actor, subject.Model.Name, subject.Number, "succeeded", 1, null, cancel)).Failed(out _, out var page) && page.Explanations.Count > 0;

    private async Task<JsonArray> DeploymentsAsync(RiskSubject subject, CancellationToken cancel)
    {
        var all = (await _deployed.NowAsync(subject.Actor, subject.Model.Name, null, cancel)).Where(one => one.Version == subject.Number);
        return new JsonArray([.. all.Select(static one => (JsonNode)new JsonObject
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
