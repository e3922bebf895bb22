using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Checks and compiles single features.</summary>
internal static class FeatureFields
{
    /// <summary>The field; null when its name or type is wrong, which is noted.</summary>
    public static FeatureField? Read(FeatureDocument document, string path, CompileFaults faults)
    {
        var named = faults.Check(path + ".name", DefinitionNames.ColumnProblem(document.Name) ?? ReservedColumns.Problem(document.Name));
        if (Type(document.Type, path + ".type", faults) is not { } type || !named)
            return null;
        return new(document.Name, type) { IsPii = document.Pii ?? false, IsRestricted = (document.Restricted ?? false) || (document.Pii ?? false) };
    }

    /// <summary>The type; null when it is none, which is noted.</summary>
    public static FeatureType? Type(string text, string path, CompileFaults faults)
    {
        if (FeatureType.TryParse(text, out var type))
            return type;
        faults.Add(path, text.Length == 0 ? $"is missing; one of {FeatureType.Known}" : $"is '{DefinitionNames.Clip(text)}'; known are {FeatureType.Known}");
        return null;
    }
}
