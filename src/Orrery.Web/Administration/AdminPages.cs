namespace Orrery.Web;

/// <summary>Pages of administration, and of one's own account.</summary>
internal static class AdminPages
{
    public static void Map(PageRoutes pages)
    {
        pages.Page<PlatformView>("/admin", "ShowPlatform", "Whether the platform is well, how it is used, and what it costs.");
        pages.Page<WorkspaceView>("/admin/workspace", "ShowWorkspace", "Settings of the workspace, its archive, and what was deleted.");
        pages.Page<WorkspacesView>("/admin/workspaces", "ShowWorkspaces", "Workspaces.");
        pages.Page<PeopleView>("/admin/people", "ShowPeople", "People, and who has a text in their names.");
        pages.Page<PersonView>("/admin/people/{id}", "ShowPerson", "A person: roles, tokens, sign-in.");
        pages.Page<GroupsView>("/admin/groups", "ShowGroups", "Groups of people and service accounts.");
        pages.Page<GroupView>("/admin/groups/{id}", "ShowGroup", "A group and its members.");
        pages.Page<ServiceAccountsView>("/admin/service-accounts", "ShowServiceAccounts", "Service accounts.");
        pages.Page<ServiceAccountView>("/admin/service-accounts/{id}", "ShowServiceAccount", "A service account and its tokens.");
        pages.Page<AccessView>("/admin/access", "ShowAccess", "Who has which role, and what roles give.");
        pages.Page<QuotasView>("/admin/quotas", "ShowQuotas", "What the workspace may use, and uses.");
        pages.Page<JobsView>("/admin/jobs", "ShowJobs", "Background jobs.");
        pages.Page<JobView>("/admin/jobs/{job}", "ShowJob", "A background job: progress, result, cancel.");
        pages.Page<AccountView>("/account", "ShowAccount", "One's own account: password, second factor, tokens, sessions.");
    }
}
