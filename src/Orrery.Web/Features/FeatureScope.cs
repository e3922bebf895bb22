using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>The project that a page of features is about: the one its query names, else the first.</summary>
/// <param name="Project">Its name; null where there is none yet.</param>
/// <param name="Projects">Those to choose from, by name.</param>
public sealed record FeatureScope(string? Project, IReadOnlyList<FeatureProjectInfo> Projects)
{
    private const int Most = 200;

    /// <summary>No project.</summary>
    public static readonly FeatureScope None = new(null, []);

    /// <summary>The one of a page.</summary>
    /// <param name="page">Who looks, and at what.</param>
    public static async Task<FeatureScope> OfAsync(PageContext page)
    {
        var projects = (await page.Client.Features.ListProjectsAsync(null, Most, null, page.Cancel)).Projects;
        return new(page.Query("project") ?? (projects.Count > 0 ? projects[0].Name : null), projects);
    }
}
