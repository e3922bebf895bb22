using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Delivery;

/// <summary><c>/api/v1/migrations</c>.</summary>
internal static class MigrationEndpoints
{
    private const string ReadLog = "serving.log";
    private const string DeploymentKind = "deployment";

    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/migrations").WithTags("Delivery");
        all.MapPost("", StartAsync).RequirePermission(Permissions.Deploy).WithName("StartMigration").WithSummary("Begins to bring over a model that runs elsewhere: ten steps in 26 weeks.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListMigrations").WithSummary("Migrations, newest first, without their steps.");
        var one = all.MapGroup("{id}");
        one.MapGet("", GetAsync).RequirePermission(Permissions.Read).WithName("GetMigration").WithSummary("A migration with its steps, what bears them out, and its comparisons.");
        one.MapPost("steps/{step}", StepAsync).RequirePermission(Permissions.Deploy).WithName("SetMigrationStep").WithSummary("Says that a step is done, skipped or open again.");
        one.MapPost("compare", CompareAsync).RequirePermission(Permissions.Deploy).WithName("CompareMigration").WithSummary("Asks the old endpoint and the new version the same rows.");
        one.MapDelete("", DeleteAsync).RequirePermission(Permissions.Deploy).WithName("DeleteMigration").WithSummary("Forgets a migration with its steps and comparisons.");
    }

    private static async Task<Answer<ModelMigration>> StartAsync(StartModelMigration body, HttpContext context, ModelMigrations migrations, FurtherRights further, CancellationToken cancel)
    {
        var made = await migrations.StartAsync(context.Actor(), body, await MayReadAsync(context, further, cancel), cancel);
        if (made.Succeeded)
            context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/migrations/{made.Value.Id}";
        return made;
    }

    private static async Task<Answer<ModelMigrationPage>> ListAsync(string? model, int? limit, string? page_token, HttpContext context, ModelMigrations migrations, CancellationToken cancel) =>
        await migrations.ListAsync(context.Actor(), model, limit, page_token, cancel);

    private static async Task<Answer<ModelMigration>> GetAsync(string id, HttpContext context, ModelMigrations migrations, FurtherRights further, CancellationToken cancel) =>
        await migrations.GetAsync(context.Actor(), id, await MayReadAsync(context, further, cancel), cancel);

    private static async Task<Answer<ModelMigration>> StepAsync(string id, string step, SetMigrationStep body, HttpContext context, ModelMigrations migrations, FurtherRights further, CancellationToken cancel) =>
        await migrations.SetStepAsync(
            context.Actor(), id, int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0, body, await MayReadAsync(context, further, cancel), cancel);

    private static async Task<Answer<ModelMigrationComparison>> CompareAsync(string id, CompareModelMigration body, HttpContext context, ModelMigrations migrations, FurtherRights further, CancellationToken cancel)
    {
        if (body.Deployment is not null && !await MayReadAsync(context, further, cancel))
            return new Failure(FailureKind.Denied, "delivery.log_denied", "To ask logged predictions again takes the permission serving.log; send 'instances' instead.");
        return Answer.Accepted(await migrations.CompareAsync(context.Actor(), id, body, cancel));
    }

    private static async Task<Answer> DeleteAsync(string id, HttpContext context, ModelMigrations migrations, CancellationToken cancel) =>
        await migrations.DeleteAsync(context.Actor(), id, cancel);

    private static async ValueTask<bool> MayReadAsync(HttpContext context, FurtherRights further, CancellationToken cancel) =>
        await further.OfAsync(context, ReadLog, DeploymentKind, cancel) is { Allowed: true, Limits: null };
}
