using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Checks and compiles entities.</summary>
internal static class EntityCompiler
{
    private const int MostKeys = 16;

    /// <summary>The entity; null when something is wrong with it, which is noted.</summary>
    public static FeatureEntity? Compile(DefinitionVersion version, CompileFaults faults)
    {
        var document = version.Entity;
        var before = faults.Count;
        var keys = new List<JoinKey>(document.JoinKeys.Count);
        if (document.JoinKeys.Count is 0 or > MostKeys)
            faults.Add(version.Path + ".join_keys", document.JoinKeys.Count == 0 ? "is missing; an entity has at least one join key" : $"has {document.JoinKeys.Count} columns; a key has 1 to {MostKeys}");
        for (var at = 0; at < document.JoinKeys.Count; at++)
        {
            if (Key(document.JoinKeys[at], $"{version.Path}.join_keys[{at}]", faults) is not { } key)
                continue;
            if (keys.Exists(one => string.Equals(one.Name, key.Name, StringComparison.OrdinalIgnoreCase)))
                faults.Add($"{version.Path}.join_keys[{at}].name", $"is '{key.Name}', which the entity has already");
            else
                keys.Add(key);
        }

        return faults.Count > before ? null : new() { Name = version.Name, JoinKeys = keys, Document = document };
    }

    private static JoinKey? Key(JoinKeyDocument document, string path, CompileFaults faults)
    {
        var named = faults.Check(path + ".name", DefinitionNames.ColumnProblem(document.Name) ?? ReservedColumns.Problem(document.Name));
        if (FeatureType.TryParse(document.Type, out var type) && type is { CanBeKey: true, IsList: false })
            return named ? new(document.Name, type) : null;
        faults.Add(path + ".type", $"is '{DefinitionNames.Clip(document.Type)}'; a join key is string, int32, int64, bytes or unix_timestamp");
        return null;
    }
}
