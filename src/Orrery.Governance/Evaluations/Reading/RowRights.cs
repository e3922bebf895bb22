using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>Whether a caller may have rows of data read. Training sets without restricted columns are read by those who may read features; what else is read may hold anything.</summary>
internal sealed class RowRights(BulkTrainingSets sets, FurtherRights further)
{
    private const string Query = "features.query";
    private const string Restricted = "features.restricted";
    private const string ViewKind = "feature-view";

    /// <summary>Whether the caller may see any rows of the workspace.</summary>
    public async ValueTask<bool> SeesAllAsync(HttpContext context, CancellationToken cancel) => await further.OfAsync(context, Restricted, ViewKind, cancel) is (true, null);

    /// <summary>Why these rows may not be read, with the code given, or what is not there; null when they may.</summary>
    public async ValueTask<Failure?> RefusalAsync(EvaluationData data, string code, HttpContext context, CancellationToken cancel)
    {
        if (await SeesAllAsync(context, cancel))
            return null;
        if (data.TrainingSet is { } set && data.Project is { } project && await further.OfAsync(context, Query, ViewKind, cancel) is (true, null))
        {
            if ((await sets.IsRestrictedAsync(context.Actor(), project, set, cancel)).Failed(out var missing, out var isRestricted))
                return missing;
            if (!isRestricted)
                return null;
        }

        return new Failure(FailureKind.Denied, code, $"The rows to read may hold anything: reading them needs the permission {Restricted} in the whole workspace; training sets without restricted columns need {Query}.");
    }
}
