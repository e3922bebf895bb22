using System.Text.Json.Serialization;

namespace Orrery.Storage;

[JsonSerializable(typeof(IReadOnlyCollection<string>))]
[JsonSerializable(typeof(IReadOnlyCollection<long>))]
internal sealed partial class SqlListJson : JsonSerializerContext;
