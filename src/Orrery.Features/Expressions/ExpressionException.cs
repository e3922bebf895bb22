namespace Orrery.Features;

/// <summary>An expression that cannot be compiled; caught where compiling began.</summary>
internal sealed class ExpressionException : Exception
{
    /// <param name="message">What is wrong and what would be right.</param>
    /// <param name="position">Place in the text, from 0.</param>
    public ExpressionException(string message, int position)
        : base($"{message} (at character {position + 1})")
    {
    }
}
