using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>A run as another server had it, in our terms.</summary>
/// <param name="Run">Its row; the artifact URI is empty where this server shall assign its own.</param>
/// <param name="Stage">The lifecycle it gets in the end.</param>
/// <param name="Params">By key.</param>
/// <param name="Tags">By key.</param>
/// <param name="Inputs">Data sets it read.</param>
/// <param name="Models">Logged models it read or made.</param>
internal sealed record RunImport(
    Run Run, string Stage, IReadOnlyList<Pair> Params, IReadOnlyList<Pair> Tags, IReadOnlyList<RunInput> Inputs, IReadOnlyList<RunModel> Models)
{
    /// <summary><c>import.invalid</c>, <c>tracking.experiment_not_found</c>, <c>tracking.invalid_location</c>.</summary>
    public static Result<RunImport> Read(ImportRun asked)
    {
        var info = asked.Run.Info;
        if (ImportRules.CheckSource(asked.Source) is { } wrong)
            return wrong;
        if (!RunIds.IsValid(info.RunId))
            return ImportRules.Invalid("run_id", $"'{(info.RunId.Length > 100 ? info.RunId[..100] + "..." : info.RunId)}' is not 32 hexadecimal digits in lower case");
        if (Experiments.ParseId(info.ExperimentId) is not { } experiment)
            return Experiments.NotFound(info.ExperimentId);
        var own = ImportRules.IsOwn(info.ArtifactUri);
        var import = new RunImport(
            new(
                info.RunId, experiment, info.RunName ?? "", info.UserId ?? "", info.Status.ToString().ToUpperInvariant(), info.StartTime ?? 0, info.EndTime,
                Lifecycle.Importing, own ? "" : info.ArtifactUri!, Revision: 1),
            ImportRules.Stage(info.LifecycleStage),
            ImportRules.Pairs(asked.Run.Data.Params),
            ImportRules.Pairs(asked.Run.Data.Tags),
            [.. asked.Run.Inputs.DatasetInputs.Select(Input)],
            Links(asked.Run));
        var refused = ImportRules.CheckTexts(info.RunName, info.UserId)
            ?? ImportRules.CheckPairs("params", import.Params)
            ?? ImportRules.CheckPairs("tags", import.Tags)
            ?? ImportRules.CheckInputs(import.Inputs)
            ?? (own ? null : ArtifactLocations.Check(info.ArtifactUri));
        return refused is null ? import : refused;
    }

    private static RunInput Input(DatasetInput input) => new(
        input.Dataset.Name, input.Dataset.Digest, input.Dataset.SourceType ?? "", input.Dataset.Source ?? "",
        input.Dataset.Schema, input.Dataset.Profile, ImportRules.Pairs(input.Tags));

    private static List<RunModel> Links(Contracts.Run run)
    {
        var read = run.Inputs.ModelInputs.Select(static m => new RunModel(m.ModelId, IsOutput: false, Step: 0));
        var made = (run.Outputs?.ModelOutputs ?? []).Select(static m => new RunModel(m.ModelId, IsOutput: true, m.Step));
        return [.. read.Concat(made).Where(static m => m.ModelId.Length is > 0 and <= Names.MaxKey).DistinctBy(static m => (m.ModelId, m.IsOutput))];
    }
}
