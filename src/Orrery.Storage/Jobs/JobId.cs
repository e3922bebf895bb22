using System.Diagnostics.CodeAnalysis;

namespace Orrery.Storage;

/// <summary>Names a job. On the wire: 32 hex digits of a version-7 GUID, so that later jobs sort after earlier ones.</summary>
/// <param name="Value">The GUID.</param>
public readonly record struct JobId(Guid Value) : IParsable<JobId>
{
    /// <summary>A new one.</summary>
    public static JobId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    /// <inheritdoc/>
    public static JobId Parse(string s, IFormatProvider? provider) => new(Guid.ParseExact(s, "N"));

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out JobId result)
    {
        var ok = Guid.TryParseExact(s, "N", out var value);
        result = new(value);
        return ok;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("N");
}
