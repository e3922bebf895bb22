namespace Orrery.Governance;

/// <summary>How bad a finding is. From <see cref="High"/> on the package is refused.</summary>
internal enum Severity
{
    Info,
    Low,
    Medium,
    High,
    Critical,
}
