using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops approvals</c>.</summary>
internal static class ApprovalsCommand
{
    public static Command Create() => new("approvals", "Have versions approved, and decide on them.")
    {
        ApprovalsList.Create(),
        ApprovalsShow.Create(),
        ApprovalsRequest.Create(),
        ApprovalsRequest.CreateWaive(),
        ApprovalsDecide.CreateApprove(),
        ApprovalsDecide.CreateReject(),
        ApprovalsEnd.CreateWithdraw(),
        ApprovalsEnd.CreateRevoke(),
        ApprovalsEnd.CreateComment(),
        ApprovalsAgenda.Create(),
        ApprovalsReviews.Create(),
        ApprovalsDelegate.Create(),
        ApprovalsDelegate.CreateList(),
        ApprovalsDelegate.CreateEnd(),
    };
}
