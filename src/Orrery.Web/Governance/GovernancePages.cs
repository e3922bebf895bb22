namespace Orrery.Web;

/// <summary>Pages of governance.</summary>
internal static class GovernancePages
{
    public static void Map(PageRoutes pages)
    {
        pages.Page<ApprovalsView>("/approvals", "ShowApprovals", "What is to be decided.");
        pages.Page<ApprovalView>("/approvals/{approval}", "ShowApproval", "An approval with all the evidence.");
        pages.Page<ReviewsView>("/approval-reviews", "ShowApprovalReviews", "What is to be done after approvals.");
        pages.Page<WorkflowsView>("/approval-workflows", "ShowWorkflows", "Who approves what, and delegations.");
        pages.Page<WorkflowView>("/approval-workflows/{workflow}", "ShowWorkflow", "A workflow, its versions and its text.");
        pages.Page<RiskView>("/models/{model}/risk", "ShowRisk", "What a model's risk is measured by.");
        pages.Page<PoliciesView>("/policies", "ShowPolicies", "Policies and packs, and how a version stands to them.");
        pages.Page<PolicyView>("/policies/{policy}", "ShowPolicy", "A policy, its revisions and a dry run.");
        pages.Page<ReportsView>("/compliance-reports", "ShowComplianceReports", "Reports of the evidence for a framework.");
        pages.Page<ReportView>("/compliance-reports/{report}", "ShowComplianceReport", "A compliance report.");
        pages.Page<ControlMapView>("/control-map", "ShowControlMap", "Which evidence stands for which control.");
        pages.Page<IncidentsView>("/incidents", "ShowIncidents", "Incidents.");
        pages.Page<IncidentView>("/incidents/{incident}", "ShowIncident", "An incident with its timeline and deadlines.");
        pages.Page<ExceptionsView>("/exceptions", "ShowExceptions", "Exceptions from controls and rules.");
        pages.Page<ExceptionView>("/exceptions/{exception}", "ShowException", "An exception.");
        pages.Page<AccessReviewView>("/access-review", "ShowAccessReview", "Who may do what.");
        pages.Page<AuditView>("/audit", "ShowAudit", "The audit trail, and whether it holds.");
        pages.Page<AuditEntryView>("/audit/{entry}", "ShowAuditEntry", "An entry of the audit trail with its proof.");
        pages.Page<SubjectRequestsView>("/subject-requests", "ShowSubjectRequests", "Requests of data subjects.");
        pages.Page<SubjectRequestView>("/subject-requests/{request}", "ShowSubjectRequest", "A request of a data subject.");
        pages.Page<PrivacyView>("/privacy", "ShowPrivacy", "Erasures, opt-outs and scans for personal data.");
        pages.Page<ErasureView>("/privacy/erasures/{erasure}", "ShowErasure", "An erasure with its receipt.");
    }
}
