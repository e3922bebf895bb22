namespace Orrery.Web;

/// <summary>Pages of registered models.</summary>
internal static class ModelPages
{
    public static void Map(PageRoutes pages)
    {
        pages.Page<ModelsView>("/models", "ShowModels", "Registered models.");
        pages.Page<ModelView>("/models/{model}", "ShowModel", "A registered model and its versions.");
        pages.Page<CompareVersionsView>("/models/{model}/compare", "ShowVersionComparison", "Two versions of a model side by side.");
        pages.Page<VersionView>("/models/{model}/versions/{version}", "ShowModelVersion", "A model version: what it is for, how good and how fair it is, where it came from, who approved it, where it answers.");
    }
}
