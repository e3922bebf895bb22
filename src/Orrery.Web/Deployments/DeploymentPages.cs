namespace Orrery.Web;

/// <summary>Pages of deployments.</summary>
internal static class DeploymentPages
{
    public static void Map(PageRoutes pages)
    {
        pages.Page<DeploymentsView>("/deployments", "ShowDeployments", "Deployments.");
        pages.Page<DeploymentView>("/deployments/{environment}/{name}", "ShowDeployment", "A deployment, its traffic and its revisions.");
    }
}
