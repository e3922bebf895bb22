using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary><c>/api/v1/import</c>: experiments, runs and logged models from another server, resumable.</summary>
internal sealed class ImportEndpoints(ExperimentImports experiments, RunImports runs, LoggedModelImports models)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var import = app.MapGroup("/api/v1/import").WithTags("Import").RequirePermission(Permissions.Import);
        import.MapPost("experiments", ExperimentAsync).WithName("ImportExperiment")
            .WithSummary("Makes an experiment as another server had it, or brings it up to date.");
        import.MapPost("runs", OpenRunAsync).WithName("OpenRunImport")
            .WithSummary("Opens the import of a run, which stays invisible until it is complete.");
        import.MapPost("runs/state", RunStatesAsync).WithName("GetRunImportStates").WithSummary("How far imports of runs got.");
        import.MapPost("runs/{runId}/metrics", MetricsAsync).WithName("AppendImportedMetrics").WithSummary("Appends metric points to an open import.");
        import.MapPost("runs/{runId}/complete", CompleteRunAsync).WithName("CompleteRunImport").WithSummary("Verifies a run's counts and makes it visible.");
        import.MapDelete("runs/{runId}", AbandonRunAsync).WithName("AbandonRunImport").WithSummary("Gives an open import up and removes what it brought.");
        import.MapPost("logged-models", OpenModelAsync).WithName("OpenLoggedModelImport")
            .WithSummary("Opens the import of a logged model, which stays invisible until it is complete.");
        import.MapPost("logged-models/state", ModelStatesAsync).WithName("GetLoggedModelImportStates").WithSummary("How far imports of logged models got.");
        import.MapPost("logged-models/{modelId}/complete", CompleteModelAsync).WithName("CompleteLoggedModelImport")
            .WithSummary("Verifies a logged model's counts and makes it visible.");
        import.MapDelete("logged-models/{modelId}", AbandonModelAsync).WithName("AbandonLoggedModelImport")
            .WithSummary("Gives an open import up and removes what it brought.");
    }

    private async Task<Answer<ImportedExperiment>> ExperimentAsync(ImportExperiment asked, HttpContext context, CancellationToken cancel) =>
        await experiments.ImportAsync(context.Actor(), asked, cancel);

    private async Task<Answer<ImportedRun>> OpenRunAsync(ImportRun asked, HttpContext context, CancellationToken cancel) =>
        await runs.OpenAsync(context.Actor(), asked, cancel);

    private async Task<Answer<ImportStates>> RunStatesAsync(GetImportStates asked, HttpContext context, CancellationToken cancel) =>
        Check(asked) is { } wrong ? wrong : await runs.StatesAsync(context.Actor(), asked, cancel);

    private async Task<Answer<ImportedMetrics>> MetricsAsync(string runId, ImportMetrics asked, HttpContext context, CancellationToken cancel) =>
        await runs.AppendAsync(context.Actor(), runId, asked, cancel);

    private async Task<Answer<ImportStatus>> CompleteRunAsync(string runId, CompleteImport asked, HttpContext context, CancellationToken cancel) =>
        await runs.CompleteAsync(context.Actor(), runId, asked, cancel);

    private async Task<Answer> AbandonRunAsync(string runId, string source, HttpContext context, CancellationToken cancel) =>
        await runs.AbandonAsync(context.Actor(), runId, source, cancel);

    private async Task<Answer<ImportedLoggedModel>> OpenModelAsync(ImportLoggedModel asked, HttpContext context, CancellationToken cancel) =>
        await models.OpenAsync(context.Actor(), asked, cancel);

    private async Task<Answer<ImportStates>> ModelStatesAsync(GetImportStates asked, HttpContext context, CancellationToken cancel) =>
        Check(asked) is { } wrong ? wrong : await models.StatesAsync(context.Actor(), asked, cancel);

    private async Task<Answer<ImportStatus>> CompleteModelAsync(string modelId, CompleteImport asked, HttpContext context, CancellationToken cancel) =>
        await models.CompleteAsync(context.Actor(), modelId, asked, cancel);

    private async Task<Answer> AbandonModelAsync(string modelId, string source, HttpContext context, CancellationToken cancel) =>
        await models.AbandonAsync(context.Actor(), modelId, source, cancel);

    private static Failure? Check(GetImportStates asked) => asked.Ids.Count is 0 or > ImportLimits.StateIds
        ? ImportRules.Invalid("ids", $"it has {asked.Ids.Count} ids; one call takes 1 to {ImportLimits.StateIds}")
        : ImportRules.CheckTexts(asked.Source);
}
