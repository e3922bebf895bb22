namespace Orrery.Web;

/// <summary>Pages of features.</summary>
internal static class FeaturePages
{
    public static void Map(PageRoutes pages)
    {
        pages.Page<FeaturesView>("/features", "ShowFeatures", "The catalogue of features: views and services, how fresh they are, and search.");
        pages.Page<FeatureFreshnessView>("/features/freshness", "ShowFeatureFreshness", "How old online values are, and the runs that bring them online.");
        pages.Page<TrainingSetsView>("/features/training-sets", "ShowTrainingSets", "Training sets of a project.");
        pages.Page<FeatureQualityView>("/features/quality", "ShowFeatureQuality", "Checks of sources and views, and rows that were set aside.");
        pages.Page<FeatureSourcesView>("/features/sources", "ShowFeatureSources", "Sources, entities and files of a project.");
        pages.Page<FeatureUsageView>("/features/usage", "ShowFeatureUsage", "Which features are read, and which nobody uses.");
        pages.Page<FeatureRevisionsView>("/features/revisions", "ShowFeatureRevisions", "Revisions of a project's definitions.");
        pages.Page<ErasuresView>("/features/erasures", "ShowFeatureErasures", "What was deleted of single entities.");
        pages.Page<FeatureViewView>("/features/{project}/views/{view}", "ShowFeatureView", "A feature view: schema, freshness, quality, distribution, who uses it.");
        pages.Page<FeatureServiceView>("/features/{project}/services/{service}", "ShowFeatureService", "A feature service: its features, how fresh they are, who uses it.");
        pages.Page<TrainingSetView>("/features/{project}/training-sets/{id}", "ShowTrainingSet", "A training set: what it was made of, and its columns.");
        pages.Page<MaterializationView>("/features/{project}/materializations/{run}", "ShowMaterialization", "A run that brings a view's values online.");
        pages.Page<QualityReportView>("/features/{project}/quality/{check}", "ShowQualityReport", "A check of a source or view against its rules.");
        pages.Page<FeatureRevisionView>("/features/{project}/revisions/{revision}", "ShowFeatureRevision", "What a revision changed, field by field.");
    }
}
