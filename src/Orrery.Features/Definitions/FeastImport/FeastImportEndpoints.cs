using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary><c>/api/v1/features/import-feast</c>: definitions from the registry file of a Feast repository. Nothing is applied.</summary>
internal static class FeastImportEndpoints
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/features/import-feast", ReadAsync).RequirePermission(Permissions.Write)
        .WithTags("Features").WithName("ImportFeastRegistry").WithSummary("Reads a Feast registry file (registry.db) into definitions.");

    private static async Task<Answer<FeastImport>> ReadAsync(string? project, HttpContext context, CancellationToken cancel)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = FeastRegistry.MaxBytes + 1;
        using var body = new MemoryStream();
        var buffer = new byte[81_920];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, cancel)) > 0)
        {
            if (body.Length + read > FeastRegistry.MaxBytes)
                return new Failure(FailureKind.TooLarge, "features.feast_too_large", $"The registry has more than {FeastRegistry.MaxBytes} bytes.");
            body.Write(buffer, 0, read);
        }

        return FeastRegistry.Read(body.GetBuffer().AsMemory(0, (int)body.Length), project);
    }
}
