using System.Globalization;

namespace Orrery.Governance;

/// <summary>Check digits of numbers that people and accounts go by. Each takes digits, and letters in capitals, without separators.</summary>
internal static class Checksums
{
    private const string DniLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static readonly int[] CodiceOdd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    private static readonly int[] PeselWeights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];

    // The dihedral group of ten elements, and the permutation by position.
    private static readonly string[] Dihedral = ["0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"];
    private static readonly string[] Permuted = ["0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"];

    /// <summary>The check that a country pack names; null for a name that there is not.</summary>
    public static Func<string, bool>? Find(string name) => name switch
    {
        "none" => static _ => true,
        "luhn" => static text => Luhn(text),
        "us_ssn" => static text => UsSsn(text),
        "us_itin" => static text => text is { Length: 9 } && text[0] == '9',
        "uk_nino" => static text => text[..2] is not ("BG" or "GB" or "KN" or "NK" or "NT" or "TN" or "ZZ"),
        "nhs_mod11" => static text => NhsMod11(text),
        "de_steuer_id" => static text => SteuerId(text),
        "fr_nir" => static text => Nir(text),
        "es_dni" => static text => Dni(text),
        "it_codice_fiscale" => static text => CodiceFiscale(text),
        "nl_bsn" => static text => Bsn(text),
        "pl_pesel" => static text => Pesel(text),
        "se_personnummer" => static text => Luhn(text.Length == 12 ? text[2..] : text) && IsMonthDay(Two(text, text.Length - 8), Two(text, text.Length - 6), dayPlus: 60),
        "br_cpf" => static text => Cpf(text),
        "in_aadhaar" => static text => text[0] >= '2' && Verhoeff(text),
        _ => null,
    };

    /// <summary>ISO/IEC 7812-1, annex B.</summary>
    public static bool Luhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var at = 0; at < digits.Length; at++)
        {
            var digit = digits[^(at + 1)] - '0';
            if (digit is < 0 or > 9)
                return false;
            digit = at % 2 == 1 ? digit * 2 : digit;
            sum += digit > 9 ? digit - 9 : digit;
        }

        return digits.Length > 1 && sum % 10 == 0;
    }

    /// <summary>ISO 7064, mod 97-10, as IBANs have it: the first four characters go last, letters count from 10.</summary>
    public static bool Iban97(ReadOnlySpan<char> text)
    {
        if (text.Length is < 15 or > 34)
            return false;
        var rest = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var one = text[(at + 4) % text.Length];
            if (one is >= '0' and <= '9')
                rest = ((rest * 10) + one - '0') % 97;
            else if (one is >= 'A' and <= 'Z')
                rest = ((rest * 100) + one - 'A' + 10) % 97;
            else
                return false;
        }

        return rest == 1;
    }

    /// <summary>Verhoeff's check over all digits, the last of which is the check digit.</summary>
    public static bool Verhoeff(string digits)
    {
        var check = 0;
        for (var at = 0; at < digits.Length; at++)
            check = Dihedral[check][Permuted[at % 8][digits[^(at + 1)] - '0'] - '0'] - '0';
        return check == 0;
    }

    private static bool UsSsn(string text) => text.Length == 9 && text[0] != '9' && text[..3] is not ("000" or "666") && text[3..5] != "00" && text[5..] != "0000"
        // Printed in advertisements, and given to nobody.
        && text is not ("078051120" or "219099999");

    private static bool NhsMod11(string text)
    {
        var check = 11 - (Weighted(text, 9, static at => 10 - at) % 11);
        return (check == 11 ? 0 : check) == text[9] - '0';
    }

    // ISO 7064, mod 11,10; of the first ten digits one comes twice or three times, and no other does.
    private static bool SteuerId(string text)
    {
        Span<int> times = stackalloc int[10];
        times.Clear();
        var product = 10;
        for (var at = 0; at < 10; at++)
        {
            times[text[at] - '0']++;
            var sum = (text[at] - '0' + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        var repeated = 0;
        foreach (var count in times)
        {
            if (count > 3)
                return false;
            repeated += count > 1 ? 1 : 0;
        }

        return text[0] != '0' && repeated == 1 && (11 - product) % 10 == text[10] - '0';
    }

    // Corsica's departments count as 19 and 18.
    private static bool Nir(string text)
    {
        var number = text[..13].Replace("2A", "19", StringComparison.Ordinal).Replace("2B", "18", StringComparison.Ordinal);
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && 97 - (value % 97) == Two(text, 13);
    }

    private static bool Dni(string text)
    {
        var digits = text[0] switch { 'X' => "0" + text[1..8], 'Y' => "1" + text[1..8], 'Z' => "2" + text[1..8], _ => text[..8] };
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && DniLetters[value % 23] == text[8];
    }

    private static bool CodiceFiscale(string text)
    {
        var sum = 0;
        for (var at = 0; at < 15; at++)
        {
            var place = text[at] <= '9' ? text[at] - '0' : text[at] - 'A';
            sum += at % 2 == 0 ? CodiceOdd[place] : place;
        }

        return sum % 26 == text[15] - 'A';
    }

    private static bool Bsn(string text)
    {
        var digits = text.PadLeft(9, '0');
        return digits != "000000000" && (Weighted(digits, 8, static at => 9 - at) - (digits[8] - '0')) % 11 == 0;
    }

    private static bool Pesel(string text)
    {
        // The century is in the month.
        return IsMonthDay(Two(text, 2) % 20, Two(text, 4), dayPlus: 0) && (10 - (Weighted(text, 10, static at => PeselWeights[at]) % 10)) % 10 == text[10] - '0';
    }

    private static bool Cpf(string text)
    {
        if (text.AsSpan().Count(text[0]) == text.Length)
            return false;
        var first = Weighted(text, 9, static at => 10 - at) * 10 % 11 % 10;
        var second = Weighted(text, 10, static at => 11 - at) * 10 % 11 % 10;
        return first == text[9] - '0' && second == text[10] - '0';
    }

    private static int Weighted(string digits, int count, Func<int, int> weight)
    {
        var sum = 0;
        for (var at = 0; at < count; at++)
            sum += (digits[at] - '0') * weight(at);
        return sum;
    }

    private static int Two(string digits, int at) => ((digits[at] - '0') * 10) + digits[at + 1] - '0';

    // Numbers of coordination have 60 added to the day.
    private static bool IsMonthDay(int month, int day, int dayPlus) => month is >= 1 and <= 12 && (day is >= 1 and <= 31 || (dayPlus > 0 && day - dayPlus is >= 1 and <= 31));
}
