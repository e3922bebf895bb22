using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Tenancy;
using ModelVersion = Orrery.Registry.ModelVersion;
using RegisteredModel = Orrery.Registry.RegisteredModel;

namespace Orrery.Governance;

/// <summary>Cards of model versions: filled from the records, completed by people, kept as they were.</summary>
internal sealed class ModelCards(
    Db db, RegisteredModels models, ModelVersions versions, Packages packages, IEnumerable<ICardSource> sources, AuditLog audit, TimeProvider time)
{
    private const int LongestText = 20_000;

    /// <summary>The card of a version as it stands; what the registry refuses.</summary>
    public async ValueTask<Result<ModelCard>> GetAsync(Actor actor, string model, string version, CancellationToken cancel) =>
        (await DraftAsync(actor, model, version, cancel)).Failed(out var unknown, out var card) ? unknown : card.Finish();

    /// <summary>The card as it stands, of a version that was found already.</summary>
    public async ValueTask<ModelCard> OfAsync(RiskSubject subject, CancellationToken cancel) =>
        (await DraftAsync(subject.Actor, subject.Model, subject.Version, cancel)).Finish();

    /// <summary>Writes what people say; <c>governance.card_field_unknown</c>, <c>governance.card_text_invalid</c>, and what the registry refuses.</summary>
    public async ValueTask<Result<Done>> WriteAsync(Actor actor, string model, CardTexts texts, CancellationToken cancel)
    {
        if (Problem(texts) is { } wrong)
            return wrong;
        if ((await ModelAsync(actor, model, cancel)).Failed(out var unknown, out var found))
            return unknown;
        var number = 0L;
        if (texts.Version is { } version)
        {
            if ((await versions.GetAsync(actor, model, version, cancel)).Failed(out var missing, out var about))
                return missing;
            number = about.Version;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await db.WriteAsync<Done>(async session =>
        {
            foreach (var (path, text) in texts.Fields.OrderBy(static one => one.Key, StringComparer.Ordinal))
            {
                if (string.IsNullOrWhiteSpace(text))
                    await CardStore.RemoveTextAsync(session, actor.Workspace, found.Id, number, path);
                else
                    await CardStore.PutTextAsync(session, actor.Workspace, found.Id, new(path, number, text.Trim(), actor.Name, now));
            }

            var paths = new System.Text.Json.Nodes.JsonArray([.. texts.Fields.Keys.Order(StringComparer.Ordinal).Select(static path => (System.Text.Json.Nodes.JsonNode)path)]);
            await audit.AppendAsync(session, actor, new("model.card.write", "model", number == 0 ? found.Name : $"{found.Name}/{number}")
            {
                Detail = new System.Text.Json.Nodes.JsonObject { ["fields"] = paths }.ToJsonString(),
            });
            return Done.Ok;
        }, cancel);
    }

    /// <summary>Keeps the card as it stands. One that is as the newest snapshot is that snapshot.</summary>
    public async ValueTask<Result<CardSnapshot>> SnapshotAsync(Actor actor, string model, string version, CancellationToken cancel)
    {
        if ((await DraftAsync(actor, model, version, cancel)).Failed(out var unknown, out var draft))
            return unknown;
        var card = draft.Finish();
        var body = Canonical(card);
        var snapshot = new CardSnapshot
        {
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))),
            Model = card.Model,
            Version = card.Version,
            Score = card.Completeness.Score,
            CreatedBy = actor.Name,
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        return await db.WriteAsync<CardSnapshot>(async session =>
        {
            var newest = await CardStore.ListAsync(session, actor.Workspace, draft.Version.ModelId, draft.Version.Version, long.MaxValue, 1);
            if (newest is [var last] && last.Snapshot.Sha256 == snapshot.Sha256)
                return last.Snapshot with { Card = card };
            var sequence = newest is [var before] ? before.Sequence + 1 : 1;
            await CardStore.AddAsync(session, actor.Workspace, draft.Version.ModelId, draft.Version.Version, sequence, snapshot, body);
            await LineageEdges.AppendAsync(
                session, actor, ReportEdges.OfCard(draft.Version.ModelId, draft.Version.Name, draft.Version.Version, sequence, snapshot.CreatedAt));
            await audit.AppendAsync(session, actor, new("model.card.snapshot", "model", $"{card.Model}/{card.Version}") { After = Convert.FromHexString(snapshot.Sha256) });
            return snapshot with { Card = card };
        }, cancel);
    }

    /// <summary>Snapshots of a version, newest first; <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>, and what the registry refuses.</summary>
    public async ValueTask<Result<CardSnapshotPage>> ListAsync(Actor actor, string model, string version, int? limit, string? token, CancellationToken cancel)
    {
        var most = limit ?? Listings.DefaultLimit;
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (Listings.After(token, "governance.invalid_page_token").Failed(out var bad, out var after))
            return bad;
        var before = after.Length == 0 ? long.MaxValue : long.TryParse(after, out var number) ? number : 0;
        if ((await VersionAsync(actor, model, version, cancel)).Failed(out var unknown, out var found))
            return unknown;
        var rows = await db.ReadAsync(session => CardStore.ListAsync(session, actor.Workspace, found.ModelId, found.Version, before, most + 1), cancel);
        var page = Listings.Cut(rows, most, static row => PageToken.Encode(row.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return new CardSnapshotPage { Snapshots = [.. page.Items.Select(static row => row.Snapshot)], NextPageToken = page.NextToken };
    }

    /// <summary>A snapshot of a version by its hash, checked against it; <c>governance.card_snapshot_not_found</c>, <c>governance.card_snapshot_broken</c>.</summary>
    public async ValueTask<Result<CardSnapshot>> FindAsync(Actor actor, string model, string version, string sha256, CancellationToken cancel)
    {
        if ((await VersionAsync(actor, model, version, cancel)).Failed(out var unknown, out var about))
            return unknown;
        if (await db.ReadAsync(session => CardStore.FindAsync(session, actor.Workspace, about.ModelId, about.Version, sha256), cancel) is not { } found)
            return Failure.NotFound("governance.card_snapshot_not_found", $"Version {about.Version} of {about.Name} has no snapshot of its card with this hash.");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(found.Body))) == found.Snapshot.Sha256
            ? found.Snapshot with { Card = JsonSerializer.Deserialize(found.Body, OrreryJson.TypeOf<ModelCard>()) }
            : Failure.Conflict("governance.card_snapshot_broken", $"Snapshot {sha256} is not what it was when it was taken: its content has another hash.");
    }

    /// <summary>What differs between the cards of two versions of a model as they stand; what the registry refuses.</summary>
    public async ValueTask<Result<CardDiff>> DiffAsync(Actor actor, string model, string from, string to, CancellationToken cancel)
    {
        if ((await GetAsync(actor, model, from, cancel)).Failed(out var first, out var before))
            return first;
        return (await GetAsync(actor, model, to, cancel)).Failed(out var second, out var after) ? second : CardDiffs.Between(before, after);
    }

    internal static string Canonical(ModelCard card)
    {
        var text = new StringBuilder();
        CanonicalJson.Append(text, JsonSerializer.SerializeToElement(card, OrreryJson.TypeOf<ModelCard>()));
        return text.ToString();
    }

    private async ValueTask<Result<CardDraft>> DraftAsync(Actor actor, string model, string version, CancellationToken cancel)
    {
        if ((await ModelAsync(actor, model, cancel)).Failed(out var unknown, out var registered))
            return unknown;
        if ((await versions.GetAsync(actor, model, version, cancel)).Failed(out var missing, out var found))
            return missing;
        return await DraftAsync(actor, registered, found, cancel);
    }

    private async ValueTask<CardDraft> DraftAsync(Actor actor, RegisteredModel model, ModelVersion version, CancellationToken cancel)
    {
        var number = version.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var package = (await packages.GetAsync(actor, model.Name, number, cancel)).Failed(out _, out var read) ? null : read;
        var draft = new CardDraft(actor, model, version, package);
        foreach (var source in sources)
            await source.FillAsync(draft, cancel);
        foreach (var text in await db.ReadAsync(session => CardStore.TextsAsync(session, actor.Workspace, version.ModelId, version.Version), cancel))
            draft.Write(text);
        return draft;
    }

    private async ValueTask<Result<RegisteredModel>> ModelAsync(Actor actor, string model, CancellationToken cancel) =>
        (await models.FindAsync(actor, model, cancel)).Then(found => IsSeen(actor, found.Id) ? found : (Result<RegisteredModel>)RegisteredModels.NotFound(model));

    private async ValueTask<Result<ModelVersion>> VersionAsync(Actor actor, string model, string version, CancellationToken cancel) =>
        (await versions.GetAsync(actor, model, version, cancel)).Then(found => IsSeen(actor, found.ModelId) ? found : (Result<ModelVersion>)RegisteredModels.NotFound(model));

    // Who has rights on some models only.
    private static bool IsSeen(Actor actor, string modelId) => actor.Limits is not { } limits || limits.Ids.Contains(modelId);

    private static Failure? Problem(CardTexts texts)
    {
        if (texts.Fields.Count == 0)
            return Failure.Invalid("governance.card_text_invalid", "There is nothing to write: 'fields' is empty.");
        foreach (var (path, text) in texts.Fields)
        {
            if (!CardForm.Fields.TryGetValue(path, out var field) || !field.FromPeople)
            {
                var written = string.Join(", ", CardForm.Fields.Where(static one => one.Value.FromPeople).Select(static one => one.Key));
                return Failure.Invalid("governance.card_field_unknown", field is null
                    ? $"A card has no field '{(path.Length > 100 ? path[..100] : path)}'; people write {written}."
                    : $"'{path}' is filled from the records; people write {written}.");
            }

            if (text?.Length > LongestText)
                return Failure.Invalid("governance.card_text_invalid", $"'{path}' has {text.Length} characters; it may have {LongestText}.");
            if (text?.Any(static letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t')) == true)
                return Failure.Invalid("governance.card_text_invalid", $"'{path}' has control characters.");
        }

        return null;
    }
}
