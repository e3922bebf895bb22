using System.Text.Json.Serialization;

namespace Orrery.Cli;

[JsonSerializable(typeof(ArchivedModel))]
[JsonSerializable(typeof(ArchivedRun))]
[JsonSerializable(typeof(ArchiveManifest))]
[JsonSerializable(typeof(CliDone))]
[JsonSerializable(typeof(CliError))]
[JsonSerializable(typeof(CopySummary))]
[JsonSerializable(typeof(PolicyTestReport))]
[JsonSerializable(typeof(ProfileDocument))]
[JsonSerializable(typeof(ShownProfile))]
[JsonSerializable(typeof(ShownProfiles))]
[JsonSerializable(typeof(SignedIn))]
[JsonSerializable(typeof(Versions))]
[JsonSerializable(typeof(WorkspaceExported))]
internal sealed partial class CliJsonContext : JsonSerializerContext;
