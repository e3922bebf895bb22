using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops features</c>.</summary>
internal static class FeaturesCommand
{
    public static Command Create() => new("features", "The feature store: define, look up, import.")
    {
        FeaturesValidate.Create(),
        FeaturesPlan.Create(),
        FeaturesApply.Create(),
        FeaturesRollback.Create(),
        FeaturesRevisions.Create(),
        FeaturesExport.Create(),
        FeaturesList.Create(),
        FeaturesShow.Create(),
        FeaturesSearch.Create(),
        FeaturesUsage.Create(),
        FeaturesUnused.Create(),
        FeaturesLineage.Create(),
        FeaturesDelete.Create(),
        FeaturesImportFeast.Create(),
        FeaturesFiles.CreateUpload(),
        FeaturesFiles.CreateList(),
        FeaturesHistorical.Create(),
        FeaturesTrainingSet.Create(),
        FeaturesReproduce.Create(),
        FeaturesGetOnline.Create(),
        FeaturesPush.Create(),
        FeaturesImportRedis.Create(),
        FeaturesMaterialize.Create(),
        FeaturesOnline.Create(),
        FeaturesRuns.Create(),
        FeaturesCheck.Create(),
        FeaturesQuality.Create(),
        FeaturesQuarantine.Create(),
        FeaturesErase.Create(),
        FeaturesErasures.Create(),
    };

    public static Option<string> Project() => new("--project", "-p") { Description = "The project", HelpName = "name", DefaultValueFactory = _ => "default" };
}
