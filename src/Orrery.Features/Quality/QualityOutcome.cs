using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>What becomes of data, given the results of its rules.</summary>
internal static class QualityOutcome
{
    public const string Passed = "passed";
    public const string Warned = "warned";
    public const string Quarantined = "quarantined";
    public const string Rejected = "rejected";

    /// <summary>
    /// Rejected when a broken rule says so; quarantined when rows were set aside; warned when any rule is broken. A rule that sets rows aside
    /// and is broken beyond <c>mostly</c> is a warning, too: the rows are gone, the rule was met by the rest.
    /// </summary>
    public static string Of(IReadOnlyList<QualityResult> results, long quarantined)
    {
        if (results.Any(static result => !result.Passed && result.Rule.OnFailure is "reject"))
            return Rejected;
        if (quarantined > 0)
            return Quarantined;
        return results.All(static result => result.Passed) ? Passed : Warned;
    }
}
