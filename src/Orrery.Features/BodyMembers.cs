using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>
/// What every body of the feature store's own API is held to: a member that nobody reads is refused, since it is a misspelt one. Feast's paths are
/// lenient, as Feast is.
/// </summary>
internal static class BodyMembers
{
    private const int MostFaults = 200;

    /// <summary>Why a body of these members is refused, <c>features.body_invalid</c>; null when it is not.</summary>
    public static Failure? Problem(JsonElement body, IReadOnlyList<string> known) => Refuse(
        [.. body.EnumerateObject().Where(member => !known.Contains(member.Name)).Select(member => new FieldFault(DefinitionNames.Clip(member.Name), Unknown(member.Name, known)))]);

    /// <summary>Likewise of a record of the contracts, whatever its depth.</summary>
    public static Failure? Problem(JsonElement body, Type record) => Refuse(DefinitionBody.Faults(body, record));

    /// <summary>What is said of a name that is not one of those known.</summary>
    public static string Unknown(string name, IReadOnlyList<string> known) =>
        DefinitionNames.Nearest(name, known) is { } near ? $"is not known; did you mean '{near}'?" : $"is not known; known are {string.Join(", ", known)}";

    /// <summary>A body that cannot be read.</summary>
    public static Failure Unreadable(JsonException why) => Failure.Invalid("features.body_invalid", why.Path is { Length: > 2 } path
        ? $"'{DefinitionNames.Clip(path[2..])}' has a value of another type than it takes."
        : $"The body is not JSON: {why.Message}");

    private static Failure? Refuse(List<FieldFault> faults) => faults.Count == 0
        ? null
        : Failure.Invalid("features.body_invalid", $"'{faults[0].Field}' {faults[0].Message.TrimEnd('.')}{(faults[0].Message.EndsWith('?') ? "" : ".")}") with { Faults = [.. faults.Take(MostFaults)] };
}
