using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Masks columns. What is keyed is so by the workspace: the same value has the same token everywhere in it, and nowhere else.</summary>
/// <param name="key">Of the workspace.</param>
/// <param name="seed">Of the noise, for tests; null for a salt that is drawn for this one table and kept nowhere, so that no two releases share their noise.</param>
internal sealed class Masker(byte[] key, int? seed)
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const double Unit = 1.0 / (1L << 53);

    private readonly byte[] _salt = seed is { } given ? BitConverter.GetBytes(given) : RandomNumberGenerator.GetBytes(32);

    /// <summary>The masked column; null when it is dropped. <c>governance.invalid_masking</c> where a policy does not fit what the column holds.</summary>
    public Result<PrivacyColumn?> Apply(PrivacyColumn column, MaskPolicy policy) => policy.Name switch
    {
        MaskPolicy.Keep => column,
        MaskPolicy.Drop => (PrivacyColumn?)null,
        MaskPolicy.Redact => column.WithTexts(static _ => "***"),
        MaskPolicy.Hash => column.WithTexts(text => Convert.ToHexStringLower(Code($"hash/{column.Name}", text).AsSpan(0, 16))),
        MaskPolicy.Token => column.WithTexts(Tokenize),
        MaskPolicy.Format => column.WithTexts(text => KeepFormat(text)),
        MaskPolicy.Truncate => column.WithTexts(text => text.Length <= policy.Amount ? text : text[..(int)policy.Amount] + "*"),
        MaskPolicy.Year => Dates(column, "yyyy"),
        MaskPolicy.Month => Dates(column, "yyyy-MM"),
        MaskPolicy.Bin => Bins(column, policy.Amount),
        _ => Noise(column, policy.Amount),
    };

    private string Tokenize(string text)
    {
        var code = Code("token", text);
        return "tok_" + string.Create(20, code, static (span, bytes) =>
        {
            for (var at = 0; at < span.Length; at++)
                span[at] = Alphabet[bytes[at] & 31];
        });
    }

    // Digits become digits and letters letters, by a stream that hangs on the whole value; what separates them stays. It cannot be turned back.
    private string KeepFormat(string text)
    {
        var stream = Code("format", text);
        return string.Create(text.Length, (text, stream), static (span, state) =>
        {
            for (var at = 0; at < span.Length; at++)
            {
                var (one, step) = (state.text[at], state.stream[at % 32] + (at / 32));
                span[at] = char.IsDigit(one) ? (char)('0' + (step % 10))
                    : char.IsUpper(one) ? (char)('A' + (step % 26))
                    : char.IsLetter(one) ? (char)('a' + (step % 26)) : one;
            }
        });
    }

    private static Result<PrivacyColumn?> Dates(PrivacyColumn column, string format)
    {
        var masked = column.WithTexts(text => DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date.ToString(format, CultureInfo.InvariantCulture) : null);
        return Enumerable.Range(0, column.Rows).Any(row => !column.IsNull(row) && masked.IsNull(row))
            ? Misfit(column, "dates, and some of its values are none")
            : masked;
    }

    private static Result<PrivacyColumn?> Bins(PrivacyColumn column, double width)
    {
        if (column.Kind is PrivacyColumnKind.Text or PrivacyColumnKind.Time)
            return Misfit(column, "numbers");
        return new PrivacyColumn(column.Name, PrivacyColumnKind.Text, "VARCHAR")
        {
            Texts = [.. column.Numbers.Select(value => double.IsNaN(value) ? null : string.Create(CultureInfo.InvariantCulture, $"[{Math.Floor(value / width) * width:0.######}, {(Math.Floor(value / width) + 1) * width:0.######})"))],
        };
    }

    private Result<PrivacyColumn?> Noise(PrivacyColumn column, double amount)
    {
        if (column.Kind is PrivacyColumnKind.Text or PrivacyColumnKind.Time)
            return Misfit(column, "numbers");
        // Column and amount, too: noise of one and the same shape could be taken away by two of its sizes.
        var stream = HMACSHA256.HashData(Code("noise", string.Create(CultureInfo.InvariantCulture, $"{column.Name}\0{amount:R}")), _salt);
        var known = column.Numbers.Where(static value => !double.IsNaN(value)).ToArray();
        var mean = known.Length == 0 ? 0 : known.Average();
        var deviation = known.Length < 2 ? 0 : Math.Sqrt(known.Sum(value => (value - mean) * (value - mean)) / (known.Length - 1));
        return column with
        {
            Numbers = [.. column.Numbers.Select((value, row) =>
            {
                var noisy = value + (Normal(stream, row) * amount * deviation);
                return column.Kind is PrivacyColumnKind.Whole ? Math.Round(noisy) : noisy;
            })],
        };
    }

    // Of each row its own 256 bits, by the way of Box and Muller.
    private static double Normal(byte[] stream, int row)
    {
        Span<byte> bits = stackalloc byte[32];
        HMACSHA256.HashData(stream, BitConverter.GetBytes(row), bits);
        var (radius, angle) = (((BitConverter.ToUInt64(bits) >> 11) + 1) * Unit, (BitConverter.ToUInt64(bits[8..]) >> 11) * Unit);
        return Math.Sqrt(-2 * Math.Log(radius)) * Math.Cos(2 * Math.PI * angle);
    }

    private byte[] Code(string purpose, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{purpose}\0{text}"));

    private static Failure Misfit(PrivacyColumn column, string what) => Failure.Invalid("governance.invalid_masking", $"The policy of column {column.Name} is for {what}.");
}
