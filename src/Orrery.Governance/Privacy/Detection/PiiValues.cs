using System.Net;
using System.Net.Sockets;

namespace Orrery.Governance;

/// <summary>Whether a text is a value of a kind. No regular expressions: each text is read once, and those of more than 512 characters are none.</summary>
internal static class PiiValues
{
    private const int Longest = 512;

    // Lengths of IBANs by country, of the SWIFT registry.
    private static readonly Dictionary<string, int> IbanLengths = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IS26 IT27 JO30 KW30 KZ20 LB28 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SE24 SI19 SK24 SM27 TN24 TR26 UA29 VG24 XK20"
        .Split(' ').ToDictionary(static one => one[..2], static one => int.Parse(one.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>An address of mail (RFC 5321, without quoted local parts), whose domain has a dot.</summary>
    public static bool IsEmail(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('@');
        if (at is < 1 or > 64 || text.Length > 254)
            return false;
        foreach (var one in text[..at])
        {
            if (!char.IsLetterOrDigit(one) && !"!#$%&'*+-/=?^_`{|}~.".Contains(one, StringComparison.Ordinal))
                return false;
        }

        var domain = text[(at + 1)..];
        var lastDot = domain.LastIndexOf('.');
        if (lastDot < 1 || domain.Length - lastDot < 3 || domain[0] is '-' or '.' || domain.IndexOf("..") >= 0)
            return false;
        foreach (var one in domain)
        {
            if (!char.IsLetterOrDigit(one) && one is not ('.' or '-'))
                return false;
        }

        foreach (var one in domain[(lastDot + 1)..])
        {
            if (!char.IsLetter(one))
                return false;
        }

        return text[0] != '.' && text[at - 1] != '.';
    }

    /// <summary>A number of E.164, with its plus sign, with or without separators.</summary>
    public static bool IsE164(ReadOnlySpan<char> text)
    {
        if (text.Length is < 9 or > 24 || text[0] != '+' || text[1] is < '1' or > '9')
            return false;
        var digits = 0;
        foreach (var one in text[1..])
        {
            if (char.IsAsciiDigit(one))
                digits++;
            else if (one is not (' ' or '-' or '.' or '(' or ')' or '/'))
                return false;
        }

        return digits is >= 8 and <= 15;
    }

    /// <summary>A payment card's number: a known issuer's range, its length, and Luhn's check (ISO/IEC 7812-1).</summary>
    public static bool IsPaymentCard(ReadOnlySpan<char> text)
    {
        Span<char> digits = stackalloc char[19];
        var count = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var one = text[at];
            if (char.IsAsciiDigit(one))
            {
                if (count == 19)
                    return false;
                digits[count++] = one;
            }
            else if (one is not (' ' or '-') || count == 0 || at == text.Length - 1 || !char.IsAsciiDigit(text[at - 1]))
            {
                return false;
            }
        }

        return count >= 12 && HasIssuer(digits[..count]) && digits[..count].TrimStart(digits[0]).Length > 0 && Checksums.Luhn(digits[..count]);
    }

    /// <summary>An IBAN (ISO 13616) of a country that is known, with or without spaces.</summary>
    public static bool IsIban(ReadOnlySpan<char> text)
    {
        Span<char> compact = stackalloc char[34];
        var count = 0;
        foreach (var one in text)
        {
            if (one is ' ')
                continue;
            if (count == 34 || !char.IsAsciiLetterOrDigit(one))
                return false;
            compact[count++] = char.ToUpperInvariant(one);
        }

        return count >= 15 && IbanLengths.TryGetValue(compact[..2].ToString(), out var length) && length == count && Checksums.Iban97(compact[..count]);
    }

    /// <summary>An IPv4 or IPv6 address in full.</summary>
    public static bool IsIpAddress(ReadOnlySpan<char> text)
    {
        if (text.Length is < 3 or > 45)
            return false;
        var isSix = text.Count(':') >= 2;
        return (isSix || text.Count('.') == 3) && IPAddress.TryParse(text, out var address) && address.AddressFamily == (isSix ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
    }

    /// <summary>A MAC address: six pairs with colons or hyphens, or three groups with dots.</summary>
    public static bool IsMacAddress(ReadOnlySpan<char> text)
    {
        var (group, separator) = text.Length == 17 ? (2, text[2]) : text.Length == 14 ? (4, text[4]) : (0, ' ');
        if (group == 0 || !(group == 2 ? separator is ':' or '-' : separator is '.'))
            return false;
        for (var at = 0; at < text.Length; at++)
        {
            if ((at + 1) % (group + 1) == 0 ? text[at] != separator : !char.IsAsciiHexDigit(text[at]))
                return false;
        }

        return true;
    }

    /// <summary>A person's name: one to five words in letters, begun with capitals, one of which is a known given name.</summary>
    public static bool IsPersonName(ReadOnlySpan<char> text, CountryPacks packs)
    {
        if (text.Length is < 2 or > 80)
            return false;
        var (words, known) = (0, false);
        var names = packs.GivenNames.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> lower = stackalloc char[80];
        foreach (var range in text.SplitAny(' ', ',', '-'))
        {
            var word = text[range];
            if (word.Length == 0)
                continue;
            if (!char.IsUpper(word[0]) || ++words > 5)
                return false;
            foreach (var one in word)
            {
                if (!char.IsLetter(one) && one is not ('\'' or '.'))
                    return false;
            }

            known |= names.Contains(lower[..word.ToLowerInvariant(lower)]);
        }

        return known;
    }

    /// <summary>A day on which somebody who lives may have been born.</summary>
    /// <param name="text">As ISO 8601, or with dots or slashes.</param>
    /// <param name="year">This year.</param>
    public static bool IsBirthday(ReadOnlySpan<char> text, int year)
    {
        var day = text.Length > 10 && text[10] is ' ' or 'T' ? text[..10] : text;
        if (day.Length is < 8 or > 10 || !DateOnly.TryParseExact(
            day, Formats, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var date))
            return false;
        return date.Year >= year - 120 && date.Year <= year;
    }

    /// <summary>A street with a number: words, one of them a street's, or ending as one.</summary>
    public static bool IsPostalAddress(ReadOnlySpan<char> text, CountryPacks packs)
    {
        if (text.Length is < 6 or > 200)
            return false;
        var (hasNumber, hasStreet, words) = (false, false, 0);
        var streets = packs.Streets.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> lower = stackalloc char[200];
        foreach (var range in text.SplitAny(' ', ',', '.', '\n'))
        {
            var word = text[range];
            if (word.Length == 0)
                continue;
            words++;
            if (char.IsAsciiDigit(word[0]) && word.Length <= 6)
            {
                hasNumber = true;
                continue;
            }

            var small = lower[..word.ToLowerInvariant(lower)];
            hasStreet |= streets.Contains(small) || small.EndsWith("straße", StringComparison.Ordinal) || small.EndsWith("strasse", StringComparison.Ordinal)
                || small.EndsWith("straat", StringComparison.Ordinal) || small.EndsWith("gatan", StringComparison.Ordinal);
        }

        return hasNumber && hasStreet && words is >= 2 and <= 20;
    }

    /// <summary>What of a text is looked at; null for one that is too long to be a value.</summary>
    public static string? Value(string text) => text.Length > Longest ? null : text.Trim();

    private static readonly string[] Formats = ["yyyy-MM-dd", "dd.MM.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "yyyy/MM/dd", "yyyyMMdd"];

    private static bool HasIssuer(ReadOnlySpan<char> digits)
    {
        var (length, two, three, four) = (digits.Length, Head(digits, 2), Head(digits, 3), Head(digits, 4));
        return (digits[0] == '4' && length is 13 or 16 or 19)                                        // Visa
            || ((two is >= 51 and <= 55 || four is >= 2221 and <= 2720) && length == 16)               // Mastercard
            || (two is 34 or 37 && length == 15)                                                       // American Express
            || ((four == 6011 || three is >= 644 and <= 649 || two == 65) && length is >= 16 and <= 19) // Discover
            || ((three is >= 300 and <= 305 || two is 36 or 38 or 39) && length is >= 14 and <= 19)    // Diners Club
            || (four is >= 3528 and <= 3589 && length is >= 16 and <= 19)                              // JCB
            || (two == 62 && length is >= 16 and <= 19)                                                // UnionPay
            || (two is 50 or 56 or 57 or 58 or 63 or 67 && length is >= 12 and <= 19);                 // Maestro
    }

    private static int Head(ReadOnlySpan<char> digits, int count)
    {
        var value = 0;
        for (var at = 0; at < count; at++)
            value = (value * 10) + digits[at] - '0';
        return value;
    }
}
