using System.Text.Json.Serialization;

namespace Orrery.Governance;

[JsonSerializable(typeof(string))]
internal sealed partial class CardJson : JsonSerializerContext;
