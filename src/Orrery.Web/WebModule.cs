using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Web;

/// <summary>The pages for people.</summary>
public static class WebModule
{
    /// <summary>What pages are made with.</summary>
    public static IServiceCollection AddWeb(this IServiceCollection services) => services.AddHttpContextAccessor().AddSingleton<ServerPipeline>().AddSingleton<LiveStreams>().AddScoped<PageContext>();

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

    /// <summary>Pages and their files.</summary>
    public static void MapWeb(this IEndpointRouteBuilder app)
    {
        var pages = new PageRoutes(app);
        pages.Get("/assets/{tag}/{name}", "GetWebAsset", "A file of the pages.", static (HttpContext context, string tag, string name) => WebAssets.AnswerAsync(context, tag, name));
        pages.Page<HomeView>("/", "ShowHome", "What needs the caller, and what was done lately.");
        pages.Page<SignInView>("/sign-in", "ShowSignIn", "Where people sign in.");
        pages.Page<DeviceView>("/device", "ShowDevice", "Where a person lets a program in that shows them a code.");
        pages.Page<SearchView>("/search", "ShowSearch", "What has a text in its name.");
        pages.Page<FoundView>("/search/found", "ShowFound", "The same, as a part of a page.");
        ExperimentPages.Map(pages);
        ModelPages.Map(pages);
        DeploymentPages.Map(pages);
        GovernancePages.Map(pages);
        LineagePages.Map(pages);
        FeaturePages.Map(pages);
        CostPages.Map(pages);
        AdminPages.Map(pages);
    }
}
