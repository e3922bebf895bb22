using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>Explains given rows, or those of a logged prediction, by a version that need not be deployed.</summary>
internal sealed class InstanceExplaining(VersionScoring versions, LoggedInputs logged, IPredictionExplainer explainer)
{
    private const int MostInstances = 100;

    /// <summary>
    /// Explains them; <c>governance.invalid_instances</c>, <c>governance.no_background</c>, <c>serving.prediction_not_found</c>, <c>serving.inputs_not_logged</c>, and what loading and
    /// scoring refuse.
    /// </summary>
    public async ValueTask<Result<InstanceExplanations>> ExplainAsync(Actor actor, ExplainInstances asked, CancellationToken cancel)
    {
        LoggedInput? prediction = null;
        if (asked.PredictionId is { } id)
        {
            if (asked.Model.Length > 0 || asked.Version.Length > 0 || asked.Instances.Count > 0)
                return Failure.Invalid(InstanceRows.Code, "'prediction_id' says by itself what is explained; leave 'model', 'version' and 'instances' away.");
            if ((await logged.FindAsync(actor, id, cancel)).Failed(out var missing, out prediction))
                return missing;
            asked = asked with { Model = prediction.Model, Version = prediction.Version };
        }

        if (InstanceRows.Problem(prediction?.Rows.Count ?? asked.Instances.Count, MostInstances, asked.Version) is { } wrong)
            return wrong;
        if ((await explainer.ColumnsAsync(actor, asked.Model, InstanceRows.Number(asked.Version)!.Value, cancel)).Failed(out var refused, out var columns))
            return refused;
        if ((await versions.HoldAsync(actor, asked.Model, asked.Version, columns, cancel)).Failed(out refused, out var version))
            return refused;
        using (version)
        {
            if (InstanceRows.Read(version, prediction is null ? asked.Instances : [.. prediction.Rows.Select(version.ByColumn)]).Failed(out refused, out var rows))
                return refused;
            if ((await explainer.ExplainAsync(actor, version, rows, cancel)).Failed(out refused, out var answer))
                return refused;
            return answer with { PredictionId = prediction?.Id };
        }
    }
}
