using System.Text.Json.Nodes;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>Finds what a Python worker can load in a package: the flavor of the library itself, or python_function.</summary>
internal static class PythonFlavors
{
    public const string Sklearn = "sklearn";
    public const string XGBoost = "xgboost";
    public const string Function = "python_function";

    /// <summary>The flavor to load and its settings; null when there is none.</summary>
    public static (string Flavor, JsonObject Settings)? Choose(PackageDocument document)
    {
        foreach (var flavor in (string[])[Sklearn, XGBoost, Function])
        {
            if (document.Flavors?[flavor] is JsonObject settings)
                return (flavor, settings);
        }

        return null;
    }
}
