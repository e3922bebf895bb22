namespace Orrery.Cli;

/// <summary>What a copy counts.</summary>
internal enum Counted
{
    Experiments,
    Runs,
    RunsAlreadyThere,
    Params,
    Tags,
    MetricPoints,
    Files,
    Bytes,
    FilesComparedByLength,
    LoggedModels,
    LoggedModelsAlreadyThere,
    RegisteredModels,
    ModelVersions,
    Aliases,
}
