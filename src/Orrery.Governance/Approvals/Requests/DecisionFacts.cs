using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>What policies say of a version in an environment.</summary>
/// <param name="Sha256">Of the policies in force.</param>
/// <param name="Blocked">Rules that refuse it, with why.</param>
/// <param name="Warnings">Rules that warn, with why.</param>
internal sealed record PolicyOutcome(string Sha256, IReadOnlyList<string> Blocked, IReadOnlyList<string> Warnings);

/// <summary>Asks the other parts of governance what is decided on.</summary>
/// <param name="Assess">The risk.</param>
/// <param name="Check">The conditions of automatic approval.</param>
/// <param name="Judge">The policies.</param>
internal sealed record DecisionFacts(
    Func<Actor, string, string, string, CancellationToken, ValueTask<Result<RiskAssessment>>> Assess,
    Func<Actor, string, string, string, CancellationToken, ValueTask<Result<IReadOnlyList<AutomaticCheck>>>> Check,
    Func<Actor, string, string, string, CancellationToken, ValueTask<Result<PolicyOutcome>>> Judge);
