using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Orrery.Cli;

/// <summary>A V1 request by entity keys: an instance for each <c>customer_id=123</c>, or <c>customer_id=123,store_id=4</c>.</summary>
internal static partial class EntityInstances
{
    /// <summary>The body of the request.</summary>
    /// <exception cref="UsageException">A text is no list of names with values.</exception>
    public static string Of(IEnumerable<string> entities) => new JsonObject { ["instances"] = new JsonArray([.. entities.Select(static entity => (JsonNode)Instance(entity))]) }.ToJsonString();

    private static JsonObject Instance(string entity)
    {
        var instance = new JsonObject();
        foreach (var part in entity.Split(','))
        {
            var (name, value) = Verb.Pair(part, "--entity");
            if (!instance.TryAdd(name, Number().IsMatch(value) ? JsonValue.Create(double.Parse(value, CultureInfo.InvariantCulture)) : JsonValue.Create(value)))
                throw new UsageException($"--entity {entity} has {name} twice; give --entity again for another row.");
        }

        return instance;
    }

    // What is written as a number; a text such as 007 stays as it is.
    [GeneratedRegex(@"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?\z")]
    private static partial Regex Number();
}
