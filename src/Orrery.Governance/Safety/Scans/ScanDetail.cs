using System.Text.Json.Serialization;

namespace Orrery.Governance;

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ScanDetail : JsonSerializerContext;
