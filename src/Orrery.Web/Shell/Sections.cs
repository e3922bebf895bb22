namespace Orrery.Web;

/// <summary>A section of the pages: an entry of the navigation, with the pages that have a tab in it.</summary>
/// <param name="Name">As the navigation and <see cref="Shell.Section"/> name it.</param>
/// <param name="Path">Of its first page, under the workspace.</param>
/// <param name="Icon">Of Tabler, named in the project file.</param>
internal sealed record Section(string Name, string Path, string Icon)
{
    /// <summary>Its tabs; none where it is one page and what lies under it.</summary>
    public IReadOnlyList<(string Name, string Path)> Tabs { get; init; } = [];
}

/// <summary>The navigation. A part of the platform that gets pages gets a line here.</summary>
internal static class Sections
{
    public static IReadOnlyList<Section> All { get; } =
    [
        new("Home", "", "home"),
        new("Experiments", "experiments", "flask"),
        new("Models", "models", "box"),
        new("Features", "features", "database")
        {
            Tabs =
            [
                ("Catalogue", "features"), ("Freshness", "features/freshness"), ("Training sets", "features/training-sets"), ("Quality", "features/quality"),
                ("Sources", "features/sources"), ("Usage", "features/usage"), ("Revisions", "features/revisions"), ("Erasures", "features/erasures"),
            ],
        },
        new("Deployments", "deployments", "rocket")
        {
            Tabs = [("Deployments", "deployments"), ("Deliveries", "deliveries"), ("Figures", "delivery-figures"), ("Batch predictions", "batch-predictions"), ("Targets", "delivery-targets"), ("Migrations", "migrations")],
        },
        new("Governance", "approvals", "shield-check")
        {
            Tabs =
            [
                ("Approvals", "approvals"), ("Reviews", "approval-reviews"), ("Workflows", "approval-workflows"), ("Policies", "policies"), ("Reports", "compliance-reports"), ("Incidents", "incidents"),
                ("Exceptions", "exceptions"), ("Access", "access-review"), ("Audit", "audit"), ("Data subjects", "subject-requests"), ("Privacy", "privacy"),
            ],
        },
        new("Lineage", "lineage", "topology-star-3"),
        new("Costs", "costs", "coin")
        {
            Tabs =
            [
                ("Overview", "costs"), ("Statement", "costs/statement"), ("Budgets", "costs/budgets"), ("Idle", "costs/idle"), ("Leaderboard", "costs/leaderboard"), ("Prices", "costs/prices"),
            ],
        },
        new("Administration", "admin", "settings")
        {
            Tabs =
            [
                ("Platform", "admin"), ("Workspace", "admin/workspace"), ("Workspaces", "admin/workspaces"), ("People", "admin/people"), ("Groups", "admin/groups"),
                ("Service accounts", "admin/service-accounts"), ("Access", "admin/access"), ("Quotas", "admin/quotas"), ("Jobs", "admin/jobs"),
            ],
        },
    ];
}
