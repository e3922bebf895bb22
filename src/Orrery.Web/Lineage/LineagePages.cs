namespace Orrery.Web;

/// <summary>Pages of what came of what.</summary>
internal static class LineagePages
{
    public static void Map(PageRoutes pages)
    {
        pages.Page<LineageView>("/lineage", "ShowLineage", "What a thing came of, and what came of it.");
        pages.Page<ImpactView>("/lineage/impact", "ShowImpact", "What uses a thing, and whom to tell.");
        pages.Page<TraceView>("/lineage/predictions/{prediction}", "ShowTrace", "What one prediction came of.");
    }
}
