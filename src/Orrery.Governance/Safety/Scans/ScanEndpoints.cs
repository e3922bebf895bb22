using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/scans</c>.</summary>
internal static class ScanEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/scans").WithTags("Governance");
        all.MapPost("", CreateAsync).RequirePermission(Permissions.Evaluate).WithName("ScanVersion").WithSummary("Scans the files of a version, or gives the scan that there is. Nothing of them is run.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListScans").WithSummary("Scans, newest first.");
        var one = all.MapGroup("{id}");
        one.MapGet("", GetAsync).RequirePermission(Permissions.Read).WithName("GetScan").WithSummary("What a scan found.");
        one.MapGet("sbom", SbomAsync).RequirePermission(Permissions.Read).WithName("GetScanSbom").WithSummary("The packages that the model needs, as a CycloneDX document.")
            .Produces<string>(StatusCodes.Status200OK, "application/json").Produces<Problem>(StatusCodes.Status404NotFound, "application/problem+json");
        one.MapPost("accept", AcceptAsync).RequirePermission(Permissions.Accept).WithName("AcceptScanFinding").WithSummary("Accepts something that a scan found, with a reason, so that it refuses the version no longer.");
    }

    private static async Task<Answer<ScanReport>> CreateAsync(ScanRequest body, HttpContext context, Packages packages, Scans scans, CancellationToken cancel)
    {
        if ((await packages.GetAsync(context.Actor(), body.Model, body.Version, cancel)).Failed(out var unknown, out var package))
            return unknown;
        return package.State is PackageStates.Stored && package.Sha256 is not null
            ? await scans.OfAsync(context.Actor(), package, cancel)
            : NoFiles(package);
    }

    private static async Task<Answer<ScanPage>> ListAsync(
        string? model, string? version, int? limit, string? page_token, HttpContext context, Packages packages, Scans scans, CancellationToken cancel)
    {
        if (version is null)
            return await scans.ListAsync(context.Actor(), null, model, limit, page_token, cancel);
        if (model is null)
            return Failure.Invalid("governance.no_model", "A version needs its model.");
        // Versions with the same files share their scans.
        if ((await packages.GetAsync(context.Actor(), model, version, cancel)).Failed(out var unknown, out var package))
            return unknown;
        return package.Sha256 is { } sha256 ? await scans.ListAsync(context.Actor(), sha256, null, limit, page_token, cancel) : NoFiles(package);
    }

    private static async Task<Answer<ScanReport>> GetAsync(string id, HttpContext context, Scans scans, CancellationToken cancel) => await scans.GetAsync(context.Actor(), id, cancel);

    private static async Task<IResult> SbomAsync(string id, HttpContext context, Scans scans, CancellationToken cancel) =>
        (await scans.GetAsync(context.Actor(), id, cancel)).Failed(out var missing, out var report)
            ? (Answer<ScanReport>)missing
            : Results.Text(Sbom.Write(report), "application/json");

    private static async Task<Answer<ScanReport>> AcceptAsync(string id, AcceptFinding body, HttpContext context, Scans scans, CancellationToken cancel) =>
        await scans.AcceptAsync(context.Actor(), id, body, cancel);

    private static Failure NoFiles(ModelPackage package) =>
        Failure.Conflict("governance.no_files", $"Version {package.Version} of {package.Name} cannot be scanned: the registry has no copy of its files ({package.State}). {package.Problem}".TrimEnd());
}
