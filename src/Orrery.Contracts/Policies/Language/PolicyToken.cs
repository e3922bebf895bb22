namespace Orrery.Contracts;

/// <summary>What a token is.</summary>
internal enum PolicyTokenKind
{
    End,
    Name,
    Number,
    Text,
    Symbol,
}

/// <summary>A token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Of a text its content, else as it was written.</param>
/// <param name="Position">Of its first character.</param>
internal readonly record struct PolicyToken(PolicyTokenKind Kind, string Text, int Position);
