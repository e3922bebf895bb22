using System.Text.Json.Serialization;

namespace Orrery.Cli;

[JsonSerializable(typeof(CliError))]
[JsonSerializable(typeof(Versions))]
internal sealed partial class CliJsonContext : JsonSerializerContext;
