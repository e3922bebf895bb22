using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>What the registers have in common: checks of texts, names of people, hashes of entries.</summary>
internal static class RegisterText
{
    public const int Longest = 4_000;
    public const int LongestKey = 200;

    // Entries may be written by other servers whose clocks differ a little.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Why a text is refused; null when it may be.</summary>
    public static string? Problem(string field, string? text, int most = Longest, bool required = false)
    {
        if (string.IsNullOrWhiteSpace(text))
            return required ? $"'{field}' is missing; give 1 to {most} characters." : null;
        if (text.Length > most)
            return $"'{field}' has {text.Length} characters; it may have {most}.";
        return text.Any(static letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t')) ? $"'{field}' holds control characters." : null;
    }

    /// <summary>Why a time that has been is refused; null when it may be.</summary>
    public static string? PastProblem(string field, long? at, DateTimeOffset now) =>
        at is { } time && (time <= 0 || time > (now + ClockSkew).ToUnixTimeMilliseconds()) ? $"'{field}' is {time}; it must be Unix milliseconds and not lie in the future." : null;

    /// <summary>Whether a word is one that the registers take: lower case, digits and underscores.</summary>
    public static bool IsWord(string text) => text.Length is > 0 and <= 40 && text.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');

    /// <summary>What tells a person from others: the account's id, or the name where nobody has to sign in.</summary>
    public static string PersonOf(Actor actor) => actor.Origin.PrincipalId ?? actor.Name;

    /// <summary>SHA-256 of an entry as it is kept.</summary>
    public static byte[] Hash(string document) => SHA256.HashData(Encoding.UTF8.GetBytes(document));

    public static string Write<T>(T entry) => JsonSerializer.Serialize(entry, OrreryJson.TypeOf<T>());

    public static T Read<T>(string document) => JsonSerializer.Deserialize(document, OrreryJson.TypeOf<T>())!;

    /// <summary>A text of a caller's, short enough for a message.</summary>
    public static string Clip(string text) => text.Length > 100 ? text[..100] : text;
}
