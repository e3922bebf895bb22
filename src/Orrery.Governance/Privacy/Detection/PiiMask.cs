namespace Orrery.Governance;

/// <summary>Shows what a value looks like without what it says.</summary>
internal static class PiiMask
{
    private const int Longest = 40;

    /// <summary>Letters become <c>a</c> or <c>A</c>, digits <c>0</c>; signs of ASCII stay.</summary>
    public static string Shape(string value) => string.Create(Math.Min(value.Length, Longest), value, static (span, from) =>
    {
        for (var at = 0; at < span.Length; at++)
        {
            var one = from[at];
            span[at] = char.IsDigit(one) ? '0' : char.IsUpper(one) ? 'A' : char.IsLetter(one) ? 'a' : char.IsAscii(one) && !char.IsControl(one) ? one : '?';
        }
    });
}
