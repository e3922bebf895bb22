using System.Collections.Frozen;

namespace Orrery.Tenancy;

/// <summary>Where a permission is asked for.</summary>
internal enum PermissionScope
{
    /// <summary>In the workspace that the request acts in.</summary>
    Workspace,

    /// <summary>Of the platform as a whole: only grants that hold everywhere give it.</summary>
    Platform,

    /// <summary>About oneself: everybody who is signed in has it.</summary>
    Self,
}

/// <summary>One permission.</summary>
/// <param name="Name">Module and verb, dotted.</param>
/// <param name="Scope">Where it is asked for.</param>
/// <param name="About">What it lets one do.</param>
internal sealed record Permission(string Name, PermissionScope Scope, string About)
{
    /// <summary>Changes nothing: what an auditor may have.</summary>
    public bool IsRead { get; init; }

    /// <summary>Kind of the single objects it may be granted on; null when it is granted on whole workspaces only.</summary>
    public string? ObjectKind { get; init; }
}

/// <summary>Every permission there is. An endpoint that asks for another fails the tests.</summary>
internal static class PermissionCatalogue
{
    public static readonly IReadOnlyList<Permission> All =
    [
        Read("tracking.read", "See experiments, runs, metrics, artifacts and logged models.", "experiment"),
        Write("tracking.write", "Log runs, make and change experiments.", "experiment"),
        Write("tracking.import", "Copy experiments and runs from elsewhere with their ids and times."),
        Write("tracking.admin", "Remove for good what was deleted."),
        Read("registry.read", "See registered models, their versions and files.", "model"),
        Write("registry.write", "Register models and versions, describe and tag them.", "model"),
        Write("registry.import", "Copy models and versions from elsewhere with their numbers and times."),
        Write("registry.promote", "Move versions between stages and set aliases.", "model"),
        Write("registry.webhooks", "See, make and remove webhooks."),
        Read("features.read", "See feature definitions, the catalogue, quality, freshness and training sets.", "feature-view"),
        Read("features.query", "Read feature values, online and historical.", "feature-view"),
        new("features.restricted", PermissionScope.Workspace, "Read the values of restricted columns too.") { ObjectKind = "feature-view" },
        Write("features.write", "Define features, upload source files, check quality."),
        Write("features.push", "Push feature values.", "feature-view"),
        Write("features.materialize", "Bring feature values online.", "feature-view"),
        Write("features.erase", "Delete an entity's values from every store."),
        Read("serving.read", "See deployments, their history and how they stand."),
        Write("serving.predict", "Ask deployed models."),
        Write("serving.deploy", "Make, change and remove deployments."),
        new("serving.log", PermissionScope.Workspace, "Read logged predictions: their inputs, outputs and users."),
        Write("serving.label", "Say what turned out to be true of predictions."),
        Write("serving.batch", "Have models predict many rows, and read what they said."),
        Read("lineage.read", "See what came of what, and what uses it."),
        Write("lineage.write", "Send lineage events."),
        Read("governance.read", "See evaluations, explanations, scans and model cards.", "model"),
        Write("governance.evaluate", "Evaluate, explain and scan model versions.", "model"),
        new("governance.sensitive", PermissionScope.Workspace, "Use sensitive attributes row by row."),
        Write("governance.write", "Write the human sections of model cards.", "model"),
        Write("governance.accept", "Accept what a scan found in a model's files, and say what evaluations must show before production."),
        Write("governance.assess", "Answer what a model's risk is measured by, and ask for approvals.", "model"),
        Write("governance.approve", "Decide on approvals, in the seats of the roles one holds."),
        Write("governance.policy", "Change policies, workflows of approval and rules of risk."),
        Write("governance.comply", "Keep the registers of incidents, exceptions and data subjects' requests."),
        Read("governance.report", "Make and read compliance reports."),
        Read("delivery.read", "See deliveries, targets and their figures."),
        Write("delivery.deploy", "Deliver versions, promote them, stop deliveries and roll back."),
        Write("delivery.manage", "Set targets, repositories, and who is told."),
        new("governance.privacy", PermissionScope.Workspace, "Look for personal data, mask it, and see to opt-outs and erasures of persons."),
        Read("jobs.read", "See background jobs."),
        Write("jobs.cancel", "Stop background jobs."),
        Read("workspace.read", "See the workspace, its members and roles."),
        Write("workspace.manage", "Change the workspace, its roles, grants and shares."),
        Write("workspace.export", "Take everything in the workspace out, as an archive for another installation."),
        Read("quota.read", "See quotas, what is used and what remains."),
        Write("quota.manage", "Set quotas."),
        Read("cost.read", "See usage, statements, budgets and prices."),
        Write("cost.manage", "Set budgets and close months."),
        Platform("cost.prices", "Set the prices of the whole platform."),
        Platform("cost.compare", "See how workspaces compare in cost.") with { IsRead = true },
        Read("audit.read", "Search the audit trail and verify it."),
        Read("audit.export", "Take the audit trail out."),
        Write("audit.admin", "Legal hold, erasure of persons."),
        Platform("audit.keys", "Replace the key that the trail's checkpoints are signed with."),
        Platform("platform.read", "See every workspace's name.") with { IsRead = true },
        Platform("platform.manage", "Make workspaces, give roles that hold everywhere."),
        Platform("platform.import", "Make workspaces of archives from other installations."),
        Platform("identity.read", "See people, groups and service accounts.") with { IsRead = true },
        Platform("identity.manage", "Make, change and disable people, groups and service accounts."),
        new("tokens.own", PermissionScope.Self, "Make and revoke one's own tokens."),
        new("identity.self", PermissionScope.Self, "See oneself, change one's own password and second factor."),
    ];

    private static readonly FrozenDictionary<string, int> Index =
        All.Select(static (permission, index) => (permission.Name, index)).ToFrozenDictionary(static p => p.Name, static p => p.index);

    /// <summary>Those that are asked for in a workspace.</summary>
    public static readonly PermissionSet OfWorkspaces =
        PermissionSet.Of(All.Where(static permission => permission.Scope is PermissionScope.Workspace).Select(static permission => permission.Name));

    /// <summary>Place of a permission; -1 for none.</summary>
    public static int IndexOf(string name) => Index.GetValueOrDefault(name, -1);

    public static Permission? Find(string name) => IndexOf(name) is var index and >= 0 ? All[index] : null;

    private static Permission Read(string name, string about, string? on = null) =>
        new(name, PermissionScope.Workspace, about) { IsRead = true, ObjectKind = on };

    private static Permission Write(string name, string about, string? on = null) => new(name, PermissionScope.Workspace, about) { ObjectKind = on };

    private static Permission Platform(string name, string about) => new(name, PermissionScope.Platform, about);
}
