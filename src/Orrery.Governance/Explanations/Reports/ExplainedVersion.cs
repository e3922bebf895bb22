using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>A loaded version with the number of it that is explained.</summary>
/// <param name="Version">Loaded.</param>
/// <param name="Codes">Of its columns of texts.</param>
/// <param name="Score">Its explained number.</param>
/// <param name="Place">Of the class, or 0.</param>
/// <param name="IsClass">Whether it is a class's probability.</param>
/// <param name="Columns">Names.</param>
internal sealed record ExplainedVersion(ScoredVersion Version, TextCodes Codes, RowScoring Score, int Place, bool IsClass, IReadOnlyList<string> Columns);
