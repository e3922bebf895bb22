namespace Orrery.Tracking;

/// <summary>A piece of a filter: from <paramref name="Start"/>, inclusive, to <paramref name="End"/>, exclusive.</summary>
internal readonly record struct SearchToken(TokenKind Kind, int Start, int End);
