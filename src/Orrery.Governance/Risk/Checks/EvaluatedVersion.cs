using System.Text.Json;
using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The evaluation that counts for a version's files, and how it stands to its model's gates.</summary>
/// <param name="Row">As it is kept; null for none.</param>
/// <param name="Result">What it found; null for none.</param>
/// <param name="Check">How it stands to the gates.</param>
/// <param name="HasGates">Whether the model has any.</param>
internal sealed record EvaluatedVersion(EvaluationRow? Row, EvaluationResult? Result, EvaluationGateCheck Check, bool HasGates);

/// <summary>Finds the evaluation that counts: the one the gates look at, or without gates the newest of the version's files.</summary>
internal sealed class EvaluatedVersions(Db db, PromotionGates gates)
{
    public async ValueTask<EvaluatedVersion> OfAsync(RiskSubject subject, string packageSha256, CancellationToken cancel)
    {
        var has = !(await gates.GetAsync(subject.Actor, subject.Model.Name, cancel)).Failed(out _, out var asked) && asked.Gates.Count > 0;
        var check = (await gates.CheckAsync(subject.Actor, subject.Version, cancel)).Failed(out var failed, out var found) ? new EvaluationGateCheck { Reason = failed.Message } : found;
        var row = await db.ReadAsync(async session => check.EvaluationId is { } id
            ? await EvaluationStore.FindAsync(session, subject.Actor.Workspace, id)
            : await EvaluationStore.SucceededAsync(session, subject.Actor.Workspace, subject.Model.Name, subject.Number, packageSha256, 0, "~"), cancel);
        var result = row?.Result is { } text ? JsonSerializer.Deserialize(text, OrreryJson.TypeOf<EvaluationResult>()) : null;
        // What was computed over small groups for somebody who may see them is judged, and told, as for those who may not.
        return new(row, row is { SeesSmall: true } && result is not null ? EvaluationMask.Of(result, row.Spec) : result, check, has);
    }
}
