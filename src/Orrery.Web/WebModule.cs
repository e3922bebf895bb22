using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Tenancy;

namespace Orrery.Web;

/// <summary>The pages for people.</summary>
public static class WebModule
{
    private const string Tag = "Pages";

    /// <summary>What pages are made with.</summary>
    public static IServiceCollection AddWeb(this IServiceCollection services) => services.AddHttpContextAccessor().AddSingleton<ServerPipeline>().AddScoped<PageContext>();

    /// <summary>Keeps what comes after it in the pipeline, for pages to ask. Comes right behind the edge.</summary>
    public static void UseWeb(this IApplicationBuilder app)
    {
        var pipeline = app.ApplicationServices.GetRequiredService<ServerPipeline>();
        app.Use(next =>
        {
            pipeline.BehindEdge = next;
            return next;
        });
    }

    /// <summary>Pages and their files. They are open to all: what is in them was asked for in the name of who looks, and answered or refused as to any client.</summary>
    public static void MapWeb(this IEndpointRouteBuilder app)
    {
        app.MapGet("/assets/{tag}/{name}", static (HttpContext context, string tag, string name) => WebAssets.AnswerAsync(context, tag, name))
            .OpenToAll().WithTags(Tag).WithName("GetWebAsset").WithSummary("A file of the pages.").ExcludeFromDescription();
        Page<HomeView>(app, "/", "ShowHome", "What needs the caller, and what was done lately.");
        Page<SignInView>(app, "/sign-in", "ShowSignIn", "Where people sign in.");
        Page<ExperimentsView>(app, "/experiments", "ShowExperiments", "Experiments.");
        Page<ExperimentView>(app, "/experiments/{experiment}", "ShowExperiment", "Runs of an experiment.");
        Page<RunView>(app, "/runs/{run}", "ShowRun", "A run.");
        Page<ModelsView>(app, "/models", "ShowModels", "Registered models.");
        Page<ModelView>(app, "/models/{model}", "ShowModel", "A registered model and its versions.");
        Page<VersionView>(app, "/models/{model}/versions/{version}", "ShowModelVersion", "A model version: where it came from, who approved it, where it answers.");
        Page<DeploymentsView>(app, "/deployments", "ShowDeployments", "Deployments.");
        Page<DeploymentView>(app, "/deployments/{environment}/{name}", "ShowDeployment", "A deployment, its traffic and its revisions.");
        Page<ApprovalsView>(app, "/approvals", "ShowApprovals", "What is to be decided.");
        Page<ApprovalView>(app, "/approvals/{approval}", "ShowApproval", "An approval with what it was asked on.");
    }

    private static void Page<TPage>(IEndpointRouteBuilder app, string path, string name, string summary)
        where TPage : Microsoft.AspNetCore.Components.IComponent =>
        app.MapGet(path, static (HttpContext context) => PageAnswer.WriteAsync<TPage>(context))
            .OpenToAll().WithTags(Tag).WithName(name).WithSummary(summary).ExcludeFromDescription();
}
