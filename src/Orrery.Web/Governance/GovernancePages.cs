namespace Orrery.Web;

/// <summary>Pages of governance.</summary>
internal static class GovernancePages
{
    public static void Map(PageRoutes pages)
    {
        pages.Page<ApprovalsView>("/approvals", "ShowApprovals", "What is to be decided.");
        pages.Page<ApprovalView>("/approvals/{approval}", "ShowApproval", "An approval with what it was asked on.");
    }
}
