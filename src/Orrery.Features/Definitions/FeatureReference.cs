using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>A feature as callers name it: <c>view:feature</c> or <c>view@v2:feature</c>; <c>@latest</c> is the same as no version.</summary>
internal readonly record struct FeatureReference(string View, int? Version, string Feature)
{
    /// <summary>Reads a reference; <c>features.reference_invalid</c>.</summary>
    public static Result<FeatureReference> Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1 || text.AsSpan(colon + 1).IndexOfAny(':', '@') >= 0)
            return Invalid(text);
        var view = text[..colon];
        var at = view.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
            return new FeatureReference(view, null, text[(colon + 1)..]);
        if (at == 0)
            return Invalid(text);
        var version = view.AsSpan(at + 1);
        if (version is "latest")
            return new FeatureReference(view[..at], null, text[(colon + 1)..]);
        return version.Length is > 1 and < 9 && version[0] is 'v' && int.TryParse(version[1..], System.Globalization.NumberStyles.None, null, out var number)
            ? new FeatureReference(view[..at], number, text[(colon + 1)..])
            : Invalid(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Version is { } version ? $"{View}@v{version}:{Feature}" : $"{View}:{Feature}";

    private static Failure Invalid(string text) => Failure.Invalid(
        "features.reference_invalid", $"'{(text.Length > 200 ? text[..200] + "..." : text)}' is not a feature reference; write 'view:feature' or 'view@v2:feature'.");
}
