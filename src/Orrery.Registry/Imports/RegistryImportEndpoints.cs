using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Registry;

/// <summary><c>/api/v1/import</c>: registered models and versions from another server.</summary>
internal sealed class RegistryImportEndpoints(ModelImports models, VersionImports versions)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var import = app.MapGroup("/api/v1/import").WithTags("Import").RequirePermission(Permissions.Import);
        import.MapPost("registered-models", ModelAsync).WithName("ImportRegisteredModel")
            .WithSummary("Makes a registered model as another server had it, or brings it up to date.");
        import.MapPost("model-versions", VersionAsync).WithName("ImportModelVersion")
            .WithSummary("Makes a version with its own number, stage, times and aliases, or brings it up to date.");
    }

    private async Task<Answer<ImportedRegisteredModel>> ModelAsync(ImportRegisteredModel asked, HttpContext context, CancellationToken cancel) =>
        await models.ImportAsync(context.Actor(), asked, cancel);

    private async Task<Answer<ImportedModelVersion>> VersionAsync(ImportModelVersion asked, HttpContext context, CancellationToken cancel) =>
        await versions.ImportAsync(context.Actor(), asked, cancel);
}
