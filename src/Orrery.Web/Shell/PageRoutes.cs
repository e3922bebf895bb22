using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Tenancy;

namespace Orrery.Web;

/// <summary>
/// Where pages are put. They are open to all: what is in them was asked for in the name of who looks, and answered or refused as to any client.
/// </summary>
internal sealed class PageRoutes(IEndpointRouteBuilder app)
{
    private const string Tag = "Pages";

    /// <summary>A page at a path.</summary>
    /// <param name="path">Under the workspace; with route values, which <see cref="PageContext.Route"/> reads.</param>
    /// <param name="name">Of the endpoint: "Show" and what it shows.</param>
    /// <param name="summary">One sentence.</param>
    public void Page<TPage>(string path, string name, string summary)
        where TPage : IComponent => Get(path, name, summary, static (HttpContext context) => PageAnswer.WriteAsync<TPage>(context));

    /// <summary>Something else than a page, such as a file for one.</summary>
    public void Get(string path, string name, string summary, Delegate answer) =>
        app.MapGet(path, answer).OpenToAll().WithTags(Tag).WithName(name).WithSummary(summary).ExcludeFromDescription();
}
