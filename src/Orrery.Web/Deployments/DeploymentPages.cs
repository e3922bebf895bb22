namespace Orrery.Web;

/// <summary>Pages of deployments, and of what brings versions to them.</summary>
internal static class DeploymentPages
{
    public static void Map(PageRoutes pages)
    {
        pages.Page<DeploymentsView>("/deployments", "ShowDeployments", "Deployments.");
        pages.Page<DeploymentView>("/deployments/{environment}/{name}", "ShowDeployment", "A deployment: its traffic, how it fares, how it came there, its history.");
        pages.Page<DeliveriesView>("/deliveries", "ShowDeliveries", "Deliveries, and how each environment stands.");
        pages.Page<DeliveryView>("/deliveries/{delivery}", "ShowDelivery", "A delivery, its stages and its log.");
        pages.Page<DeliveryFiguresView>("/delivery-figures", "ShowDeliveryFigures", "How often and how well versions are brought to production.");
        pages.Page<TargetsView>("/delivery-targets", "ShowDeliveryTargets", "Where versions are brought to, and where that differs.");
        pages.Page<BatchesView>("/batch-predictions", "ShowBatchPredictions", "Batch predictions.");
        pages.Page<BatchView>("/batch-predictions/{batch}", "ShowBatchPrediction", "A batch prediction, how far it is and what came of it.");
        pages.Page<MigrationsView>("/migrations", "ShowMigrations", "Models that are brought over from elsewhere.");
        pages.Page<MigrationView>("/migrations/{migration}", "ShowMigration", "A model on its way from elsewhere, step by step.");
    }
}
