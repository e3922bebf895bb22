using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on approvals of versions, their workflows, reviews and delegations. Native: an MLflow server answers 404.</summary>
public sealed class ApprovalApi
{
    private const string Root = "approvals";
    private const string Workflows = "approval-workflows";
    private const string Reviews = "approval-reviews";
    private const string Delegations = "approval-delegations";

    private readonly Wire _wire;

    internal ApprovalApi(Wire wire) => _wire = wire;

    /// <summary>Asks that a version may get an environment's traffic; the same again answers what is pending or stands. 409 <c>governance.policy_blocked</c>, <c>governance.no_workflow</c>.</summary>
    public Task<Approval> RequestAsync(RequestApproval asked, CancellationToken cancel = default) => _wire.NativeAsync<RequestApproval, Approval>(Root, asked, Repeat.Always, cancel);

    /// <summary>An approval, with its token; 404 <c>governance.approval_not_found</c>.</summary>
    public Task<Approval> GetAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<Approval>(Path(Root, id), cancel);

    /// <summary>One page, newest first; null for all states and models.</summary>
    public Task<ApprovalPage> ListPageAsync(string? state, string? model, bool mine, int? limit, string? pageToken, CancellationToken cancel = default) => _wire.GetNativeAsync<ApprovalPage>(
        new Query(Root).With("state", state).With("model", model).With("mine", mine ? "true" : null).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>The approval that stands for a version, or why none does; 404 <c>registry.version_not_found</c>.</summary>
    public Task<StandingApproval> StandingAsync(string model, string version, string environment, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<StandingApproval>(new Query(Root + "/standing").With("model", model).With("version", version).With("environment", environment), cancel);

    /// <summary>Approves or rejects in a seat; 403 and 409 say why one may not.</summary>
    public Task<Approval> DecideAsync(string id, DecideApproval decision, CancellationToken cancel = default) =>
        _wire.NativeAsync<DecideApproval, Approval>(Path(Root, id) + "/decisions", decision, Repeat.IfNotActed, cancel);

    /// <summary>Says something about an approval.</summary>
    public Task<Approval> CommentAsync(string id, string text, CancellationToken cancel = default) =>
        _wire.NativeAsync<CommentApproval, Approval>(Path(Root, id) + "/comments", new() { Text = text }, Repeat.IfNotActed, cancel);

    /// <summary>Takes one's own request back; 409 <c>governance.approval_ended</c>.</summary>
    public Task<Approval> WithdrawAsync(string id, string? reason, CancellationToken cancel = default) =>
        _wire.NativeAsync<EndApproval, Approval>(Path(Root, id) + "/withdraw", new() { Reason = reason }, Repeat.IfNotActed, cancel);

    /// <summary>Ends an approval that stands, and the traffic under it; 409 <c>governance.approval_ended</c>.</summary>
    public Task<Approval> RevokeAsync(string id, string reason, CancellationToken cancel = default) =>
        _wire.NativeAsync<EndApproval, Approval>(Path(Root, id) + "/revoke", new() { Reason = reason }, Repeat.IfNotActed, cancel);

    /// <summary>What a board has before it; null for the board of high risk. 409 <c>governance.no_board</c>.</summary>
    public Task<BoardAgenda> AgendaAsync(string? workflow, CancellationToken cancel = default) => _wire.GetNativeAsync<BoardAgenda>(new Query(Root + "/agenda").With("workflow", workflow), cancel);

    /// <summary>The same as a page of HTML.</summary>
    public Task<string> AgendaPageAsync(string? workflow, CancellationToken cancel = default) =>
        _wire.GetNativeTextAsync(new Query(Root + "/agenda").With("workflow", workflow).With("format", "html"), "text/html", cancel);

    /// <summary>Workflows of the workspace, the newest of each name.</summary>
    public Task<ApprovalWorkflowList> ListWorkflowsAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<ApprovalWorkflowList>(Workflows, cancel);

    /// <summary>A workflow; null for its newest version. 404 <c>governance.workflow_not_found</c>.</summary>
    public Task<ApprovalWorkflow> GetWorkflowAsync(string name, int? version, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ApprovalWorkflow>(new Query(Path(Workflows, name)).With("version", version), cancel);

    /// <summary>Sets a workflow of the workspace; 400 <c>governance.invalid_workflow</c>.</summary>
    public Task<ApprovalWorkflow> SetWorkflowAsync(string name, string yaml, CancellationToken cancel = default) =>
        _wire.NativeAsync<ApprovalWorkflowText, ApprovalWorkflow>(Path(Workflows, name), new() { Yaml = yaml }, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>Whether a text is a workflow; 400 <c>governance.invalid_workflow</c> says why not.</summary>
    public Task<ApprovalWorkflowSpec> ValidateWorkflowAsync(string yaml, CancellationToken cancel = default) =>
        _wire.NativeAsync<ApprovalWorkflowText, ApprovalWorkflowSpec>(Workflows + "/validate", new() { Yaml = yaml }, Repeat.Always, cancel);

    /// <summary>Takes the workspace's own workflow away.</summary>
    public Task RemoveWorkflowAsync(string name, CancellationToken cancel = default) => _wire.DeleteNativeAsync(Path(Workflows, name), cancel);

    /// <summary>One page of what is to be done after approvals, the earliest due first; null for all.</summary>
    public Task<ApprovalReviewPage> ListReviewsAsync(string? state, string? model, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ApprovalReviewPage>(new Query(Reviews).With("state", state).With("model", model).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Completes a review; 409 <c>governance.review_ended</c>.</summary>
    public Task<ApprovalReview> CompleteReviewAsync(string id, string notes, CancellationToken cancel = default) =>
        _wire.NativeAsync<CompleteReview, ApprovalReview>(Path(Reviews, id) + "/complete", new() { Notes = notes }, Repeat.IfNotActed, cancel);

    /// <summary>Lets another decide in a role of one's own; 403 <c>governance.approval_role</c>.</summary>
    public Task<ApprovalDelegation> DelegateAsync(DelegateApprovals asked, CancellationToken cancel = default) =>
        _wire.NativeAsync<DelegateApprovals, ApprovalDelegation>(Delegations, asked, Repeat.IfNotActed, cancel);

    /// <summary>One page of delegations, newest first.</summary>
    public Task<ApprovalDelegationPage> ListDelegationsAsync(int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ApprovalDelegationPage>(new Query(Delegations).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Takes a delegation back.</summary>
    public Task EndDelegationAsync(string id, CancellationToken cancel = default) => _wire.DeleteNativeAsync(Path(Delegations, id), cancel);

    /// <summary>Every version of a workflow, newest first.</summary>
    public Task<ApprovalWorkflowList> ListWorkflowVersionsAsync(string name, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<ApprovalWorkflowList>(Path(Workflows, name) + "/versions", cancel);

    private static string Path(string root, string id) => $"{root}/{Uri.EscapeDataString(id)}";
}
