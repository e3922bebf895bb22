using System.Globalization;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>What becomes of a column: a word, and of some a number, as <c>bin:10</c>.</summary>
/// <param name="Name">The word.</param>
/// <param name="Amount">The number; 0 where there is none.</param>
internal sealed record MaskPolicy(string Name, double Amount)
{
    public const string Keep = "keep";
    public const string Drop = "drop";
    public const string Redact = "redact";
    public const string Hash = "hash";
    public const string Token = "token";
    public const string Format = "format";
    public const string Truncate = "truncate";
    public const string Year = "year";
    public const string Month = "month";
    public const string Bin = "bin";
    public const string Noise = "noise";

    private static readonly string[] Plain = [Keep, Drop, Redact, Hash, Token, Format, Year, Month];
    private static readonly string[] Counted = [Truncate, Bin, Noise];

    /// <summary>What becomes of a kind of personal data when nobody says otherwise.</summary>
    public static MaskPolicy Of(string kind) => kind switch
    {
        PiiKinds.Phone or PiiKinds.PaymentCard or PiiKinds.Iban => new(Format, 0),
        PiiKinds.PersonName or PiiKinds.PostalAddress => new(Redact, 0),
        PiiKinds.DateOfBirth => new(Year, 0),
        PiiKinds.IpAddress or PiiKinds.MacAddress => new(Hash, 0),
        _ => new(Token, 0),
    };

    /// <summary>Reads <c>redact</c> or <c>bin:10</c>; <c>governance.invalid_masking</c>.</summary>
    public static Result<MaskPolicy> Parse(string column, string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? text : text[..colon];
        if (colon < 0 && Plain.Contains(name))
            return new MaskPolicy(name, 0);
        if (colon > 0 && Counted.Contains(name) && double.TryParse(text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) && amount > 0 && double.IsFinite(amount))
            return new MaskPolicy(name, amount);
        return Failure.Invalid(
            "governance.invalid_masking", $"Column {column} has the policy '{(text.Length > 40 ? text[..40] : text)}'; it must be {string.Join(", ", Plain)}, truncate:3 (characters), bin:10 (width) or noise:0.1 (of the standard deviation).");
    }

    public override string ToString() => Counted.Contains(Name) ? string.Create(CultureInfo.InvariantCulture, $"{Name}:{Amount}") : Name;
}
