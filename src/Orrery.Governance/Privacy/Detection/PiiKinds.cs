namespace Orrery.Governance;

/// <summary>Kinds of personal data that do not hang on a country, and what names of columns say of them.</summary>
internal static class PiiKinds
{
    public const string Email = "email";
    public const string Phone = "phone";
    public const string PaymentCard = "payment_card";
    public const string Iban = "iban";
    public const string IpAddress = "ip_address";
    public const string MacAddress = "mac_address";
    public const string PersonName = "person_name";
    public const string DateOfBirth = "date_of_birth";
    public const string PostalAddress = "postal_address";

    /// <summary>How far values alone tell, how many of other values pass by chance, and words in names of columns.</summary>
    public static readonly IReadOnlyList<PiiKind> All =
    [
        new(Email, 0.97, 0, ["email", "e_mail", "mail", "email_address"]),
        new(Phone, 0.85, 0.01, ["phone", "telephone", "tel", "mobile", "cell", "fax", "telefon", "handy", "telefono", "msisdn"]),
        new(PaymentCard, 0.95, 0.03, ["card", "credit_card", "card_number", "cc", "ccn", "pan", "creditcard", "cardnumber"]),
        new(Iban, 0.98, 0.01, ["iban", "bank_account", "account_iban"]),
        new(IpAddress, 0.85, 0, ["ip", "ip_address", "ipaddress", "client_ip", "remote_addr", "ipv4", "ipv6"]),
        new(MacAddress, 0.9, 0, ["mac", "mac_address", "macaddress"]),
        new(PersonName, 0.7, 0.05, ["name", "first_name", "last_name", "firstname", "lastname", "full_name", "fullname", "surname", "given_name", "forename", "nachname", "vorname", "prenom", "nombre", "apellido", "middle_name", "maiden_name"]),
        new(DateOfBirth, 0.25, 0, ["dob", "birth", "birthday", "birthdate", "birth_date", "date_of_birth", "geburtsdatum", "born", "fecha_nacimiento", "data_nascita"]),
        new(PostalAddress, 0.75, 0.02, ["address", "street", "addr", "postal_address", "home_address", "adresse", "anschrift", "direccion", "indirizzo"]),
    ];

    private static readonly HashSet<string> NotPeople = ["product", "file", "host", "table", "column", "company", "model", "feature", "project", "user_agent", "event", "city", "country", "state", "item", "category", "brand", "plan", "service", "class", "email", "web", "ip", "mac", "page"];

    /// <summary>Whether a column's name says that it holds a kind.</summary>
    /// <param name="name">As <see cref="Words"/> gives it.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="hints">Its words.</param>
    public static bool IsHinted(string name, string kind, IReadOnlyList<string> hints) =>
        hints.Any(hint => name.Contains($"_{hint}_", StringComparison.Ordinal))
        // A "product_name" is nobody's; nor is what an address of mail or of a network is.
        && (kind is not PersonName || !NotPeople.Any(word => name.Contains($"_{word}_", StringComparison.Ordinal)))
        && (kind is not PostalAddress || !(name.Contains("mail", StringComparison.Ordinal) || name.Contains("_ip_", StringComparison.Ordinal) || name.Contains("_mac_", StringComparison.Ordinal)));

    /// <summary>A column's name in words: <c>customerEMail</c> is <c>_customer_e_mail_</c>.</summary>
    public static string Words(string column)
    {
        var text = new System.Text.StringBuilder("_");
        for (var at = 0; at < column.Length && at < 200; at++)
        {
            var one = column[at];
            if (!char.IsLetterOrDigit(one))
            {
                if (text[^1] != '_')
                    text.Append('_');
                continue;
            }

            if (char.IsUpper(one) && at > 0 && char.IsLower(column[at - 1]) && text[^1] != '_')
                text.Append('_');
            text.Append(char.ToLowerInvariant(one));
        }

        return text.Append(text[^1] == '_' ? "" : "_").ToString();
    }
}

/// <summary>A kind of personal data.</summary>
/// <param name="Name">As findings call it.</param>
/// <param name="Strength">How far values alone tell, 0 to 1.</param>
/// <param name="Chance">How many of other values pass by chance.</param>
/// <param name="Hints">Words in names of columns.</param>
internal sealed record PiiKind(string Name, double Strength, double Chance, IReadOnlyList<string> Hints);
