using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops audit</c>.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Who did what, and the proof that nobody changed it since.")
    {
        AuditList.Create(),
        AuditVerify.Create(),
        AuditProve.Create(),
        AuditExport.Create(),
        AuditKeys.Create(),
        AuditHolds.Create(),
        AuditErase.Create(),
    };
}
