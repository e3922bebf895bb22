using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Rules for the names of people, groups and service accounts.</summary>
internal static class PrincipalName
{
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal) { "local-admin", "system", "anonymous", "platform" };

    /// <summary>As it is kept and compared.</summary>
    public static string Normal(string name) => name.Trim().ToLowerInvariant();

    /// <summary>Why a normal name cannot be one; null when it can.</summary>
    public static Failure? Problem(string name)
    {
        if (name.Length is < 1 or > 64 || !name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || "._-@+".Contains(c, StringComparison.Ordinal)))
        {
            return Failure.Invalid(
                "tenancy.invalid_name", $"'{Clip(name)}' cannot be a name: 1 to 64 letters without accents, digits and the characters . _ - @ + .");
        }

        return Reserved.Contains(name) ? Failure.Invalid("tenancy.invalid_name", $"The name '{name}' is the platform's own; choose another.") : null;
    }

    public static string Clip(string text) => text.Length <= 80 ? text : text[..80] + "...";
}
