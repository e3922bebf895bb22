using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What becomes of the tables of approvals when a workspace moves.</summary>
internal static class ApprovalTables
{
    private const string Decided = "Approvals are signed by this installation for what is deployed here; another decides for itself.";

    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Travels(
            "gov_workflow",
            ["name", "version"],
            ["name text(63)", "version whole", "is_removed whole", "spec text", "sha256 text(64)", "source text", "set_by text", "set_at whole"],
            check: static row => WorkflowYaml.Read((string)row[5]!) is var read && read.Failure is { } wrong
                ? wrong.Message
                : read.Value.Name != (string)row[0]! || WorkflowYaml.Sha256(read.Value) != (string)row[4]! ? "The workflow is not what its text says." : null),
        PortableTable.Remains("gov_approval", Decided),
        PortableTable.Remains("gov_approval_slot", Decided),
        PortableTable.Remains("gov_approval_decision", Decided),
        PortableTable.Remains("gov_approval_end", Decided),
        PortableTable.Remains("gov_approval_end_version", "It counts ends for the servers of this installation."),
        PortableTable.Remains("gov_approval_delegation", "Persons of another installation are others."),
        PortableTable.Remains("gov_approval_review", "Reviews follow approvals, which stay."),
        PortableTable.Remains("gov_approval_inherited", "It says what was deployed on this installation."),
    ];
}
