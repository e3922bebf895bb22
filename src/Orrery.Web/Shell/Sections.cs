namespace Orrery.Web;

/// <summary>A section of the pages: an entry of the navigation, with the pages that have a tab in it.</summary>
/// <param name="Name">As the navigation and <see cref="Shell.Section"/> name it.</param>
/// <param name="Path">Of its first page, under the workspace.</param>
/// <param name="Icon">Of Tabler, named in the project file.</param>
internal sealed record Section(string Name, string Path, string Icon)
{
    /// <summary>Its tabs; none where it is one page and what lies under it.</summary>
    public IReadOnlyList<SectionTab> Tabs { get; init; } = [];
}

/// <summary>A page with a tab in its section.</summary>
/// <param name="Name">As the tab and <see cref="Shell.Tab"/> name it.</param>
/// <param name="Path">Under the workspace.</param>
/// <param name="Needs">The permission without which there is nothing to see; null where everybody sees something.</param>
/// <param name="Words">Further words that search finds it by.</param>
internal sealed record SectionTab(string Name, string Path, string? Needs = null, string Words = "");

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
                new("Catalogue", "features"), new("Freshness", "features/freshness", Words: "materialization stale"), new("Training sets", "features/training-sets"), new("Quality", "features/quality"),
                new("Sources", "features/sources"), new("Usage", "features/usage"), new("Revisions", "features/revisions"), new("Erasures", "features/erasures", "features.erase"),
            ],
        },
        new("Deployments", "deployments", "rocket")
        {
            Tabs = [new("Deployments", "deployments"), new("Deliveries", "deliveries", Words: "rollback refused rejected taken back"), new("Figures", "delivery-figures", Words: "dora lead time"), new("Batch predictions", "batch-predictions"), new("Targets", "delivery-targets"), new("Migrations", "migrations")],
        },
        new("Governance", "approvals", "shield-check")
        {
            Tabs =
            [
                new("Approvals", "approvals", Words: "who approved decided"), new("Reviews", "approval-reviews"), new("Workflows", "approval-workflows"), new("Policies", "policies"), new("Reports", "compliance-reports", "governance.report"), new("Incidents", "incidents", "governance.report"),
                new("Exceptions", "exceptions", "governance.report"), new("Access", "access-review", "governance.report"), new("Audit", "audit", "audit.read", Words: "trail who did what"), new("Data subjects", "subject-requests", "governance.report", Words: "gdpr erasure request"), new("Privacy", "privacy", "governance.privacy", Words: "personal data opt-out"),
            ],
        },
        new("Lineage", "lineage", "topology-star-3"),
        new("Costs", "costs", "coin")
        {
            Tabs =
            [
                new("Overview", "costs", Words: "spending bill"), new("Statement", "costs/statement", Words: "invoice chargeback"), new("Budgets", "costs/budgets"), new("Idle", "costs/idle"), new("Leaderboard", "costs/leaderboard", "cost.compare"), new("Prices", "costs/prices"),
            ],
        },
        new("Administration", "admin", "settings")
        {
            Tabs =
            [
                new("Platform", "admin"), new("Workspace", "admin/workspace"), new("Workspaces", "admin/workspaces"), new("People", "admin/people", "identity.read", Words: "users"), new("Groups", "admin/groups", "identity.read"),
                new("Service accounts", "admin/service-accounts", "identity.read"), new("Access", "admin/access", Words: "roles permissions"), new("Quotas", "admin/quotas"), new("Jobs", "admin/jobs"),
            ],
        },
    ];
}
