using System.Collections.Concurrent;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The latest report of each version, kept in memory: reports never change, so that what was read once stays right.</summary>
internal sealed class KnownReports(Db db)
{
    private const int MostKept = 64;

    private readonly ConcurrentDictionary<(WorkspaceId Workspace, string Report), KnownReport> _known = new();

    /// <summary>That of a version; <c>governance.no_background</c>.</summary>
    public async ValueTask<Result<KnownReport>> LatestAsync(Actor actor, string model, long version, CancellationToken cancel)
    {
        if (await db.ReadAsync(session => ExplanationStore.LatestIdAsync(session, actor.Workspace, model, version), cancel) is not { } id)
            return None(model, version, "there is no explanation report of it yet");
        if (_known.TryGetValue((actor.Workspace, id), out var known))
            return known;
        if (await db.ReadAsync(session => ExplanationStore.FindAsync(session, actor.Workspace, id), cancel) is not { Result: { } json, Background: { } rows, ModelSha256: { } sha256 } row)
            return None(model, version, "there is no explanation report of it yet");
        var result = JsonSerializer.Deserialize(json, OrreryJson.TypeOf<ExplanationResult>())!;
        var document = BackgroundDocument.Read(rows);
        var codes = new TextCodes(document.IsText);
        known = new(id, row.Spec, sha256, document.Columns, codes, document.Rows(codes), result.Background.Sha256, result.Background.Seed, result.Class ?? 0);
        if (_known.Count >= MostKept)
            _known.Clear();
        return _known[(actor.Workspace, id)] = known;
    }

    /// <summary>That of a loaded version, of the same files and columns; <c>governance.no_background</c>.</summary>
    public async ValueTask<Result<KnownReport>> LatestAsync(Actor actor, ScoredVersion version, CancellationToken cancel)
    {
        if ((await LatestAsync(actor, version.Model, version.Version, cancel)).Failed(out var none, out var report))
            return none;
        return report.ModelSha256 == version.Sha256 && report.Columns.SequenceEqual(version.Inputs.Select(static input => input.Name))
            ? report
            : None(version.Model, version.Version, "its files are others than when it was explained");
    }

    private static Failure None(string model, long version, string why) => Failure.Conflict(
        "governance.no_background",
        $"Version {version} of {model} cannot be explained: {why}. Make a report, which draws the rows that explanations are relative to: mlops explain {model} {version} --data <file>, or POST /api/v1/explanations.");
}
