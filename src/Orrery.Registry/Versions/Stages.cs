using Orrery.Kernel;

namespace Orrery.Registry;

/// <summary>The stages of a version.</summary>
public static class Stages
{
    /// <summary>Where every version begins.</summary>
    public const string None = "None";

    /// <summary>Being tried.</summary>
    public const string Staging = "Staging";

    /// <summary>In use.</summary>
    public const string Production = "Production";

    /// <summary>No longer in use.</summary>
    public const string Archived = "Archived";

    /// <summary>All, in the order of a version's life.</summary>
    public static readonly IReadOnlyList<string> All = [None, Staging, Production, Archived];

    /// <summary>The stage of that name in whatever case; <c>registry.invalid_stage</c>.</summary>
    public static Result<string> Parse(string stage)
    {
        foreach (var known in All)
        {
            if (known.Equals(stage, StringComparison.OrdinalIgnoreCase))
                return known;
        }

        return Failure.Invalid("registry.invalid_stage",
            $"Invalid Model Version stage: {RegistryText.Clip(stage)}. Value must be one of {string.Join(", ", All)}.");
    }

    /// <summary>Existing versions may be archived by a move to this stage.</summary>
    public static bool IsActive(string stage) => stage is Staging or Production;
}
