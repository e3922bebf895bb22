using System.Net.Mail;

namespace Orrery.Delivery;

/// <summary>What may stand in mail.</summary>
internal static class MailText
{
    private const int Longest = 254;

    /// <summary>Whether a text is an address, alone, without a name or a line's end.</summary>
    public static bool IsAddress(string text) =>
        text.Length is > 0 and <= Longest && !text.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c)) && MailAddress.TryCreate(text, out var address) && address.Address == text;

    /// <summary>A text that fits a header's line.</summary>
    public static string Line(string text) => new([.. text.Where(static c => !char.IsControl(c)).Take(200)]);
}
