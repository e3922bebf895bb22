using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/policies</c>, and facts and verdicts of versions below <c>/api/v1/models/{model}/risk</c>'s versions.</summary>
internal sealed class PolicyEndpoints(Policies policies, GovernedFacts facts)
{
    private const string Tag = "Policies";
    private const string Version = "/api/v1/models/{model}/versions/{version}";

    public void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/policies").WithTags(Tag);
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListPolicies").WithSummary("The policies of the workspace, and the SHA-256 of those in force.");
        all.MapPost("", SetAsync).RequirePermission(Permissions.Policy).WithName("SetPolicy").WithSummary("Sets a policy and has it in force.");
        all.MapPost("dry-run", DryRunAsync).RequirePermission(Permissions.Policy).WithName("TryPolicy").WithSummary("Whom of what is in production a policy would newly block.");
        all.MapGet("packs", PacksAsync).RequirePermission(Permissions.Read).WithName("ListPolicyPacks").WithSummary("The policies that come with the platform.");
        all.MapPost("packs/{pack}/enable", EnableAsync).RequirePermission(Permissions.Policy).WithName("EnablePolicyPack").WithSummary("Puts a pack in force.");
        all.MapGet("schemas/{schema}", Schema).RequirePermission(Permissions.Read).WithName("GetPolicySchema").WithSummary("JSON Schema of policies (policy) or of the facts that they see (facts).");
        all.MapGet("{name}", GetAsync).RequirePermission(Permissions.Read).WithName("GetPolicy").WithSummary("A policy, or a revision of it.");
        all.MapDelete("{name}", DisableAsync).RequirePermission(Permissions.Policy).WithName("DisablePolicy").WithSummary("Takes a policy out of force; its revisions stay.");
        all.MapGet("{name}/revisions", RevisionsAsync).RequirePermission(Permissions.Read).WithName("ListPolicyRevisions").WithSummary("Revisions of a policy, newest first.");
        all.MapGet("{name}/diff", DiffAsync).RequirePermission(Permissions.Read).WithName("ComparePolicyRevisions").WithSummary("What differs between two revisions of a policy.");
        app.MapGet(Version + "/facts/{environment}", FactsAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags(Tag).WithName("GetGovernedFacts")
            .WithSummary("All facts about a version in an environment that policies see.");
        app.MapGet(Version + "/policies/{environment}", CheckAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags(Tag).WithName("CheckPolicies")
            .WithSummary("How a version stands in an environment to the policies in force.");
    }

    private async Task<Answer<PolicyList>> ListAsync(HttpContext context, CancellationToken cancel) => await policies.ListAsync(context.Actor(), cancel);

    private async Task<Answer<PolicyInfo>> SetAsync(SetPolicy body, HttpContext context, CancellationToken cancel) => await policies.SetAsync(context.Actor(), body, null, cancel);

    private async Task<Answer<PolicyDryRun>> DryRunAsync(SetPolicy body, HttpContext context, CancellationToken cancel) => await policies.DryRunAsync(context.Actor(), body.Policy, cancel);

    private async Task<Answer<PolicyPackList>> PacksAsync(HttpContext context, CancellationToken cancel) => await policies.PacksAsync(context.Actor(), cancel);

    private async Task<Answer<PolicyInfo>> EnableAsync(string pack, HttpContext context, CancellationToken cancel) => await policies.EnableAsync(context.Actor(), pack, cancel);

    private async Task<Answer<PolicyInfo>> GetAsync(string name, long? revision, HttpContext context, CancellationToken cancel) => await policies.GetAsync(context.Actor(), name, revision, cancel);

    private async Task<Answer<PolicyInfo>> DisableAsync(string name, HttpContext context, CancellationToken cancel) => await policies.DisableAsync(context.Actor(), name, cancel);

    private async Task<Answer<PolicyRevisions>> RevisionsAsync(string name, int? limit, string? page_token, HttpContext context, CancellationToken cancel) =>
        await policies.RevisionsAsync(context.Actor(), name, limit, page_token, cancel);

    private async Task<Answer<PolicyDiff>> DiffAsync(string name, long? from, long? to, HttpContext context, CancellationToken cancel) => await policies.DiffAsync(context.Actor(), name, from, to, cancel);

    private async Task<Answer<GovernedDocument>> FactsAsync(string model, string version, string environment, HttpContext context, CancellationToken cancel) =>
        await facts.ReadAsync(context.Actor(), RiskEndpoints.Name(model), version, environment, cancel);

    private async Task<Answer<PolicyVerdict>> CheckAsync(string model, string version, string environment, HttpContext context, CancellationToken cancel) =>
        await policies.CheckAsync(context.Actor(), RiskEndpoints.Name(model), version, environment, cancel);

    private static IResult Schema(string schema) => schema is "policy" or "facts"
        ? Results.Stream(typeof(PolicyEndpoints).Assembly.GetManifestResourceStream($"{schema}.schema.json")!, "application/schema+json")
        : (Answer<PolicyList>)Kernel.Failure.NotFound("governance.schema_not_found", "There are the schemas policy and facts.");
}
