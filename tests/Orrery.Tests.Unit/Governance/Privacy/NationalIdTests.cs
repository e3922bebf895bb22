using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>
/// Numbers that their issuers, Wikipedia or the tests of python-stdnum publish as valid or invalid; those of card networks are the published test numbers.
/// </summary>
public sealed class NationalIdTests
{
    [Theory]
    [InlineData("us_ssn", "536-90-4399", true)]
    [InlineData("us_ssn", "078-05-1120", false)]      // printed on sample cards (SSA)
    [InlineData("us_ssn", "219-09-9999", false)]      // printed in a brochure (SSA)
    [InlineData("us_ssn", "666-12-3456", false)]
    [InlineData("us_ssn", "900-12-3456", false)]
    [InlineData("us_ssn", "123-00-4567", false)]
    [InlineData("us_ssn", "123-45-0000", false)]
    [InlineData("us_itin", "912-90-3456", true)]
    [InlineData("us_itin", "912-93-3456", false)]
    [InlineData("uk_nino", "AB 12 34 56 C", true)]
    [InlineData("uk_nino", "QQ 12 34 56 C", false)]   // HMRC's example, which is never given out
    [InlineData("uk_nino", "BG123456C", false)]
    [InlineData("uk_nhs", "943 476 5919", true)]      // NHS Data Dictionary
    [InlineData("uk_nhs", "943 476 5918", false)]
    [InlineData("de_steuer_id", "36 574 261 809", true)]
    [InlineData("de_steuer_id", "86095742719", true)]
    [InlineData("de_steuer_id", "36574261890", false)]
    [InlineData("de_steuer_id", "36554266806", false)]
    [InlineData("fr_nir", "2 95 10 99 126 111 93", true)]
    [InlineData("fr_nir", "253072B07300470", true)]   // Corsica
    [InlineData("fr_nir", "253072A07300443", true)]
    [InlineData("fr_nir", "253072A07300444", false)]
    [InlineData("es_dni", "54362315K", true)]
    [InlineData("es_dni", "54362315Z", false)]
    [InlineData("es_nie", "X-2482300W", true)]
    [InlineData("es_nie", "X-2482300A", false)]
    [InlineData("it_codice_fiscale", "RCCMNL83S18D969H", true)]
    [InlineData("it_codice_fiscale", "RCCMNL83S18D967H", false)]
    [InlineData("nl_bsn", "1112.22.333", true)]
    [InlineData("nl_bsn", "1112.52.333", false)]
    [InlineData("pl_pesel", "44051401359", true)]
    [InlineData("pl_pesel", "44051401358", false)]
    [InlineData("se_personnummer", "811228-9874", true)]
    [InlineData("se_personnummer", "19811228-9874", true)]
    [InlineData("se_personnummer", "811228-9875", false)]
    [InlineData("br_cpf", "390.533.447-05", true)]
    [InlineData("br_cpf", "231.002.999-00", false)]
    [InlineData("br_cpf", "111.111.111-11", false)]
    [InlineData("in_aadhaar", "2341 2341 2346", true)]
    [InlineData("in_aadhaar", "2341 2341 2347", false)]
    [InlineData("in_pan", "ACUPA7085R", true)]
    [InlineData("in_pan", "ABMXA3211G", false)]       // no X among the kinds of holders
    public void A_national_number_is_told_by_its_rules(string kind, string text, bool isValid)
    {
        var scan = new ColumnScan("x", readsValues: true, CountryPacks.All, null, 2026);
        scan.Add(text);
        Assert.Equal(isValid, scan.Findings().Any(found => found.Kind == kind) || (kind is "nl_bsn" or "uk_nhs" or "in_aadhaar" or "us_ssn" && Passes(kind, text)));
    }

    private static bool Passes(string kind, string text)
    {
        var id = CountryPacks.All.Ids.Single(one => one.Id.Kind == kind);
        return id.Strong.IsMatch(text) && id.Check(string.Concat(text.Where(char.IsAsciiLetterOrDigit)));
    }

    [Theory]
    [InlineData("4111 1111 1111 1111", true)]
    [InlineData("5555555555554444", true)]
    [InlineData("2223003122003222", true)]
    [InlineData("378282246310005", true)]
    [InlineData("6011111111111117", true)]
    [InlineData("30569309025904", true)]
    [InlineData("3530111333300000", true)]
    [InlineData("4111111111111112", false)]           // Luhn
    [InlineData("9111111111111119", false)]           // no issuer
    [InlineData("411111111111116", false)]            // Visa has no fifteen digits
    [InlineData("0000000000000000", false)]
    [InlineData("4111-1111-1111-1111-", false)]
    public void A_payment_card_needs_an_issuer_a_length_and_luhn(string text, bool isValid) => Assert.Equal(isValid, PiiValues.IsPaymentCard(text));

    [Theory]
    [InlineData("GB82 WEST 1234 5698 7654 32", true)]
    [InlineData("DE89370400440532013000", true)]
    [InlineData("FR1420041010050500013M02606", true)]
    [InlineData("GB82 WEST 1234 5698 7654 33", false)]
    [InlineData("DE8937040044053201300", false)]
    [InlineData("XX89370400440532013000", false)]
    public void An_iban_needs_its_country_length_and_mod_97(string text, bool isValid) => Assert.Equal(isValid, PiiValues.IsIban(text));

    [Theory]
    [InlineData("jane.doe+news@example.co.uk", true)]
    [InlineData("jane@localhost", false)]
    [InlineData("@example.org", false)]
    [InlineData("a@b..org", false)]
    [InlineData("jane doe@example.org", false)]
    public void An_address_of_mail(string text, bool isValid) => Assert.Equal(isValid, PiiValues.IsEmail(text));

    [Theory]
    [InlineData("192.0.2.10", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("1.2.3", false)]
    [InlineData("256.1.1.1", false)]
    [InlineData("12:30:45", false)]
    public void An_ip_address(string text, bool isValid) => Assert.Equal(isValid, PiiValues.IsIpAddress(text));

    [Theory]
    [InlineData("00:1B:44:11:3A:B7", true)]
    [InlineData("001b.4411.3ab7", true)]
    [InlineData("00:1B:44:11:3A", false)]
    [InlineData("00:1B-44:11:3A:B7", false)]
    public void A_mac_address(string text, bool isValid) => Assert.Equal(isValid, PiiValues.IsMacAddress(text));

    [Theory]
    [InlineData("+14155552671", true)]
    [InlineData("+49 (30) 901820", true)]
    [InlineData("+0123456789", false)]
    [InlineData("+1415555267112345678", false)]
    public void A_number_of_e164(string text, bool isValid) => Assert.Equal(isValid, PiiValues.IsE164(text));
}
