using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/privacy/masks</c> and <c>/api/v1/privacy/syntheses</c>. What they read may be anything, so that the right to restricted columns is needed, too.</summary>
internal static class DataEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/privacy").WithTags("Privacy");
        all.MapPost("masks", MaskAsync).RequirePermission(Permissions.Privacy).WithName("MaskData").WithSummary("Masks a table, column by column, and says how well its rows hide among each other.");
        all.MapPost("syntheses", SynthesizeAsync).RequirePermission(Permissions.Privacy).WithName("SynthesizeData").WithSummary("Makes a synthetic copy of a table, and says how like the real one it is and how private.");
    }

    private static async Task<Answer<MaskedData>> MaskAsync(MaskSpec body, HttpContext context, MaskRun run, FurtherRights further, CancellationToken cancel) =>
        await PrivacyEndpoints.RefusalAsync(context, further, cancel) is { } refusal ? refusal : await run.RunAsync(context.Actor(), body, cancel);

    private static async Task<Answer<SyntheticData>> SynthesizeAsync(SyntheticSpec body, HttpContext context, SynthesisRun run, FurtherRights further, CancellationToken cancel) =>
        await PrivacyEndpoints.RefusalAsync(context, further, cancel) is { } refusal ? refusal : await run.RunAsync(context.Actor(), body, cancel);
}
