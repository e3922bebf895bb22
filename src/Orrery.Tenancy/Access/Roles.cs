using System.Collections.Frozen;

namespace Orrery.Tenancy;

/// <summary>A role that every workspace has.</summary>
/// <param name="Name">Lower case with dashes.</param>
/// <param name="About">Who it is for.</param>
/// <param name="Permissions">What it gives.</param>
internal sealed record BuiltInRole(string Name, string About, PermissionSet Permissions);

/// <summary>The built-in roles. A workspace may have more of its own (<see cref="RoleStore"/>).</summary>
internal static class Roles
{
    public const string PlatformAdmin = "platform-admin";
    public const string WorkspaceAdmin = "workspace-admin";
    public const string Viewer = "viewer";

    private static readonly string[] Reading = ["tracking.read", "registry.read", "jobs.read", "workspace.read", "quota.read", "cost.read", "features.read", "serving.read", "lineage.read", "governance.read", "delivery.read"];
    private static readonly string[] FeatureWork = ["features.query", "features.write", "features.push", "features.materialize"];

    public static readonly IReadOnlyList<BuiltInRole> All =
    [
        new(Viewer, "Sees the work of the workspace.", Of(Reading)),
        new("data-scientist", "Trains and registers models.",
            Of([.. Reading, "tracking.write", "tracking.import", "registry.write", "registry.import", "jobs.cancel", "serving.predict", "serving.log", "serving.label", "serving.batch", "lineage.write", "governance.evaluate", "governance.write", "governance.assess", "governance.approve", "delivery.deploy", .. FeatureWork])),
        new("ml-engineer", "Brings models to where they are used.",
            Of([.. Reading, "tracking.write", "registry.write", "registry.promote", "registry.webhooks", "jobs.cancel", "serving.predict", "serving.deploy", "serving.log", "serving.label", "serving.batch", "lineage.write", "governance.evaluate", "governance.write", "governance.assess", "governance.approve", "governance.comply", "delivery.deploy", "delivery.manage", .. FeatureWork])),
        new("model-owner", "Answers for models.", Of([.. Reading, "registry.write", "registry.promote", "registry.webhooks", "features.query", "serving.predict", "serving.log", "serving.label", "serving.batch", "governance.evaluate", "governance.write", "governance.assess", "governance.approve", "governance.comply", "delivery.deploy"])),
        Approver("team-lead", "Approves what has low risk, for a team."),
        Approver("manager", "Approves what has medium risk, with a senior data scientist."),
        Approver("senior-data-scientist", "Approves what has medium risk, with a manager, and sits on the change advisory board."),
        Approver("vp-engineering", "Chairs the change advisory board."),
        Approver("ml-architect", "Sits on the change advisory board."),
        Approver("product-manager", "Sits on the change advisory board."),
        Approver("legal", "Sits on the change advisory board."),
        Approver("security", "Sits on the change advisory board."),
        new("auditor", "Sees everything, changes nothing.",
            Of(PermissionCatalogue.All.Where(static p => p.IsRead).Select(static p => p.Name))),
        new(WorkspaceAdmin, "Runs the workspace.",
            Of(PermissionCatalogue.All.Where(static p => p.Scope is PermissionScope.Workspace && p.Name is not ("quota.manage" or "audit.admin")).Select(static p => p.Name))),
        new(PlatformAdmin, "Runs the platform. Holds everywhere only.", Of(PermissionCatalogue.All.Select(static p => p.Name))),
    ];

    private static readonly FrozenDictionary<string, BuiltInRole> ByName = All.ToFrozenDictionary(static role => role.Name);

    public static BuiltInRole? Find(string name) => ByName.GetValueOrDefault(name);

    // What approvers decide on they may see, and nothing else.
    private static BuiltInRole Approver(string name, string about) => new(name, about, Of([.. Reading, "governance.approve", "governance.report"]));

    private static PermissionSet Of(IEnumerable<string> names) => PermissionSet.Of(names);
}
