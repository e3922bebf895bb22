namespace Orrery.Governance;

/// <summary>What somebody wrote on the cards of a model.</summary>
/// <param name="Path">Of the field.</param>
/// <param name="Version">The version it is about; 0 for all.</param>
/// <param name="Text">Markdown.</param>
/// <param name="WrittenBy">Who.</param>
/// <param name="WrittenAt">Unix milliseconds.</param>
internal sealed record CardText(string Path, long Version, string Text, string WrittenBy, long WrittenAt);
