using Orrery.Kernel;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>What an alias may be called.</summary>
internal static class AliasNames
{
    /// <summary>The alias that always stands for the newest version, and cannot be given to another.</summary>
    public const string Latest = "latest";

    /// <summary>Why a text cannot be an alias; null when it can, reserved ones included.</summary>
    public static Failure? Check(string alias)
    {
        if (alias.Length == 0)
            return Failure.Invalid("registry.invalid_alias", "Registered model alias name cannot be empty.");
        if (!alias.All(IsAllowed))
        {
            return Failure.Invalid("registry.invalid_alias",
                $"Invalid alias name: '{RegistryText.Clip(alias)}'. Names may only contain alphanumerics, underscores (_), and dashes (-).");
        }

        return alias.Length > RegistryText.MaxAlias ? Names.TooLong("Registered model alias name", alias, RegistryText.MaxAlias) : null;
    }

    /// <summary>Why an alias cannot be given to a version; null when it can.</summary>
    public static Failure? CheckNew(string alias)
    {
        if (Check(alias) is { } wrong)
            return wrong;
        if (IsLatest(alias))
            return Failure.Invalid("registry.reserved_alias", "'latest' alias name (case insensitive) is reserved.");
        return alias.Length > 1 && alias[0] is 'v' or 'V' && alias.Skip(1).All(char.IsDigit)
            ? Failure.Invalid("registry.reserved_alias", $"Version alias name '{alias}' is reserved.")
            : null;
    }

    public static bool IsLatest(string alias) => alias.Equals(Latest, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it says what the stage Production says.</summary>
    public static bool IsProduction(string alias) => alias.Equals(Stages.Production, StringComparison.OrdinalIgnoreCase);

    private static bool IsAllowed(char c) => char.IsLetterOrDigit(c) || c is '_' or '-';
}
