namespace Orrery.Governance;

/// <summary>What governance's endpoints ask of their callers.</summary>
internal static class Permissions
{
    /// <summary>To see evaluations, explanations, scans and cards.</summary>
    public const string Read = "governance.read";

    /// <summary>To evaluate, explain and scan versions.</summary>
    public const string Evaluate = "governance.evaluate";

    /// <summary>To use sensitive attributes row by row; without it aggregates over groups are computed and kept, and no row is shown.</summary>
    public const string Sensitive = "governance.sensitive";

    /// <summary>To write the human sections of cards.</summary>
    public const string Write = "governance.write";

    /// <summary>To accept what a scan refuses, and to say what evaluations must show before production.</summary>
    public const string Accept = "governance.accept";

    /// <summary>To look for personal data, mask it, and see to opt-outs and erasures.</summary>
    public const string Privacy = "governance.privacy";

    /// <summary>To answer what risk is measured by, and to ask for approvals.</summary>
    public const string Assess = "governance.assess";

    /// <summary>To decide on approvals, in the seats of the roles one holds.</summary>
    public const string Approve = "governance.approve";

    /// <summary>To change policies, workflows and rules of risk.</summary>
    public const string Policy = "governance.policy";

    /// <summary>To keep the registers.</summary>
    public const string Comply = "governance.comply";

    /// <summary>To make and read compliance reports.</summary>
    public const string Report = "governance.report";

    /// <summary>Kind of the objects that rights may be granted on: registered models.</summary>
    public const string ModelKind = "model";
}
