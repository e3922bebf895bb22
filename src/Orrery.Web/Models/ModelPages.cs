namespace Orrery.Web;

/// <summary>Pages of registered models.</summary>
internal static class ModelPages
{
    public static void Map(PageRoutes pages)
    {
        pages.Page<ModelsView>("/models", "ShowModels", "Registered models.");
        pages.Page<ModelView>("/models/{model}", "ShowModel", "A registered model and its versions.");
        pages.Page<VersionView>("/models/{model}/versions/{version}", "ShowModelVersion", "A model version: where it came from, who approved it, where it answers.");
    }
}
