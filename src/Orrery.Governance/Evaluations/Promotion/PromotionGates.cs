using System.Globalization;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;
using ModelVersion = Orrery.Registry.ModelVersion;
using RegisteredModel = Orrery.Registry.RegisteredModel;

namespace Orrery.Governance;

/// <summary>What evaluations must show before a version goes to production, model by model.</summary>
internal sealed class PromotionGates(Db db, AuditLog audit, Func<RegisteredModels> models, Func<Packages> packages, TimeProvider time)
{
    private const int MostLookedAt = 100;

    /// <summary>A model's gates, empty where none were set; what the registry refuses.</summary>
    public async ValueTask<Result<EvaluationGates>> GetAsync(Actor actor, string model, CancellationToken cancel) =>
        (await ModelAsync(actor, model, cancel)).Failed(out var unknown, out var found) ? unknown : await FindAsync(actor, found.Id, cancel);

    /// <summary>Sets them, or takes them away when there are none; <c>governance.invalid_gates</c>, and what the registry refuses.</summary>
    public async ValueTask<Result<EvaluationGates>> SetAsync(Actor actor, string model, EvaluationGates gates, CancellationToken cancel)
    {
        if (GateRules.Problem(gates) is { } wrong)
            return Failure.Invalid("governance.invalid_gates", wrong);
        if ((await ModelAsync(actor, model, cancel)).Failed(out var unknown, out var found))
            return unknown;
        if ((await PinnedAsync(actor, found.Name, gates, cancel)).Failed(out var unpinned, out var asked))
            return unpinned;
        gates = asked;
        var pinned = gates.Pinned is { } pins ? JsonSerializer.Serialize(pins, OrreryJson.TypeOf<EvaluationPins>()) : null;
        var row = new GateRow(string.Join('\n', gates.Gates), gates.MaxAgeDays, gates.MinRows, string.Join('\n', gates.Sources), pinned, actor.Name, time.GetUtcNow().ToUnixTimeMilliseconds());
        return await db.WriteAsync<EvaluationGates>(async session =>
        {
            if (gates.Gates.Count == 0)
                await GateStore.RemoveAsync(session, actor.Workspace, found.Id);
            else
                await GateStore.PutAsync(session, actor.Workspace, found.Id, row);
            await audit.AppendAsync(session, actor, new AuditRecord("evaluation.gates.set", "model", found.Name) { Detail = Detail(row) });
            return gates.Gates.Count == 0 ? new EvaluationGates() : Document(row);
        }, cancel);
    }

    /// <summary>How a version stands to its model's gates.</summary>
    public async ValueTask<Result<EvaluationGateCheck>> CheckAsync(Actor actor, ModelVersion version, CancellationToken cancel)
    {
        var gates = await FindAsync(actor, version.ModelId, cancel);
        if (gates.Gates.Count == 0)
            return new EvaluationGateCheck { Passed = true };
        var number = version.Version.ToString(CultureInfo.InvariantCulture);
        if ((await packages().GetAsync(actor, version.Name, number, cancel)).Failed(out var unknown, out var package))
            return unknown;
        if (await NewestAsync(actor, gates, version.Name, number, package.Sha256 ?? "", cancel) is not { } newest)
            return new EvaluationGateCheck { Reason = $"It has no evaluation{Wanted(gates)}, and the model needs {string.Join(", ", gates.Gates)}. Run: {GateRules.Command(gates, version.Name, number)}" };
        var (row, result) = newest;
        var judged = GateRules.Judge(gates, row.Spec, result);
        if (row.SeesSmall)
            judged = EvaluationMask.Gates(judged, EvaluationMask.Of(result, row.Spec));
        var failed = judged.Where(static gate => gate.Outcome != "passed").ToList();
        return new EvaluationGateCheck
        {
            Passed = failed.Count == 0,
            EvaluationId = row.Id,
            Gates = judged,
            Reason = failed.Count == 0 ? null : $"Its evaluation {row.Id} fails {string.Join("; ", failed.Select(static gate => $"{gate.Gate} ({gate.Reason})"))}. To evaluate it anew: {GateRules.Command(gates, version.Name, number)}",
        };
    }

    // What a reference was made of and how, so that nobody who evaluates chooses it anew.
    private async ValueTask<Result<EvaluationGates>> PinnedAsync(Actor actor, string model, EvaluationGates gates, CancellationToken cancel)
    {
        if (gates.Reference is not { } id)
            return gates;
        if (await db.ReadAsync(session => EvaluationStore.FindAsync(session, actor.Workspace, id), cancel) is not { State: EvaluationRow.Succeeded } row || row.Spec.Model != model)
            return Failure.Invalid("governance.invalid_gates", $"'reference' names no finished evaluation of {model}.");
        var result = JsonSerializer.Deserialize(row.Result!, OrreryJson.TypeOf<EvaluationResult>())!;
        return GatePins.Of(row.Spec, result) is { } pins
            ? gates with { Sources = [.. result.Sources.Select(static source => source.Name)], Pinned = pins }
            : Failure.Invalid("governance.invalid_gates", "The rows of the evaluation in 'reference' have no SHA-256, as those of tables and queries: they may be others the next time. Name one of files or of a training set.");
    }

    // The newest that counts, not the best: who looks for one that passes has to leave it standing.
    private async ValueTask<(EvaluationRow Row, EvaluationResult Result)?> NewestAsync(Actor actor, EvaluationGates gates, string model, string version, string sha256, CancellationToken cancel)
    {
        var since = gates.MaxAgeDays is { } days ? time.GetUtcNow().AddDays(-days).ToUnixTimeMilliseconds() : 0;
        var before = "~";
        for (var looked = 0; looked < MostLookedAt; looked++)
        {
            var from = before;
            if (await db.ReadAsync(session => EvaluationStore.SucceededAsync(session, actor.Workspace, model, version, sha256, since, from), cancel) is not { } row)
                return null;
            var result = JsonSerializer.Deserialize(row.Result!, OrreryJson.TypeOf<EvaluationResult>())!;
            if (GateRules.Counts(gates, row.Spec, result))
                return (row, result);
            before = row.Id;
        }

        return null;
    }

    private async ValueTask<EvaluationGates> FindAsync(Actor actor, string modelId, CancellationToken cancel) =>
        await db.ReadAsync(session => GateStore.FindAsync(session, actor.Workspace, modelId), cancel) is { } row ? Document(row) : new EvaluationGates();

    // Who has rights on some models only.
    private async ValueTask<Result<RegisteredModel>> ModelAsync(Actor actor, string model, CancellationToken cancel) =>
        (await models().GetAsync(actor, model, cancel)).Then(found => actor.Limits is not { } limits || limits.Ids.Contains(found.Id) ? found : (Result<RegisteredModel>)RegisteredModels.NotFound(model));

    private static string Wanted(EvaluationGates gates)
    {
        var days = gates.MaxAgeDays is { } age ? string.Create(CultureInfo.InvariantCulture, $" of the last {age} days") : "";
        var sources = gates.Sources.Count > 0 ? $" on {string.Join(", ", gates.Sources)}" : "";
        var pinned = gates.Pinned is { } pins && GatePins.Told(pins) is { Length: > 0 } told ? $" with {told}" : "";
        return days + sources + (gates.MinRows is { } rows ? string.Create(CultureInfo.InvariantCulture, $" with {rows} rows or more") : "") + pinned;
    }

    private static string Detail(GateRow row) => JsonSerializer.Serialize(
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["gates"] = row.Gates,
            ["max_age_days"] = row.MaxAgeDays?.ToString(CultureInfo.InvariantCulture) ?? "",
            ["pinned"] = row.Pinned ?? "",
            ["min_rows"] = row.MinRows?.ToString(CultureInfo.InvariantCulture) ?? "",
            ["sources"] = row.Sources,
        },
        EvaluationJson.Default.SortedDictionaryStringString);

    private static EvaluationGates Document(GateRow row) => new()
    {
        Gates = Lines(row.Gates),
        MaxAgeDays = (int?)row.MaxAgeDays,
        MinRows = row.MinRows,
        Sources = Lines(row.Sources),
        Pinned = row.Pinned is { } pinned ? JsonSerializer.Deserialize(pinned, OrreryJson.TypeOf<EvaluationPins>()) : null,
        SetBy = row.SetBy,
        SetAt = DateTimeOffset.FromUnixTimeMilliseconds(row.SetAt),
    };

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
