using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>What is wrong with a body, as Feast's server tells it.</summary>
/// <param name="Type">Pydantic's name of the fault.</param>
/// <param name="Place">Members down to it.</param>
/// <param name="Message">For people.</param>
/// <param name="Input">The value at fault, as JSON.</param>
internal sealed record BodyFault(string Type, IReadOnlyList<string> Place, string Message, string Input = "null")
{
    /// <summary>The same for our own API.</summary>
    public Failure Failure => Place.Count == 0
        ? Failure.Invalid("features.body_invalid", $"The body cannot be read: {Message}.")
        : Failure.Invalid("features.body_invalid", $"'{string.Join('.', Place)}' cannot be read: {Message}.");

    public static BodyFault NotJson(string why) => new("json_invalid", [], $"JSON decode error: {why}", "{}");

    public static BodyFault NoObject(string input) => new("model_attributes_type", [], "Input should be a valid dictionary or object to extract fields from", input);

    public static BodyFault Missing(string member, string input) => new("missing", [member], "Field required", input);

    public static BodyFault NoText(IReadOnlyList<string> place, string input) => new("string_type", place, "Input should be a valid string", input);

    public static BodyFault NoList(IReadOnlyList<string> place, string input) => new("list_type", place, "Input should be a valid list", input);

    public static BodyFault NoMembers(IReadOnlyList<string> place, string input) => new("dict_type", place, "Input should be a valid dictionary", input);

    /// <summary>Of what cannot be taken as a boolean.</summary>
    public static BodyFault NoBool(string member, string input, bool isSingle) => isSingle
        ? new("bool_parsing", [member], "Input should be a valid boolean, unable to interpret input", input)
        : new("bool_type", [member], "Input should be a valid boolean", input);

    /// <summary>Faults of a list of texts.</summary>
    public static IEnumerable<BodyFault> OfTexts(string member, JsonElement list)
    {
        if (list.ValueKind is not JsonValueKind.Array)
            return [NoList([member], list.GetRawText())];
        return list.EnumerateArray().Index().Where(static item => item.Item.ValueKind is not JsonValueKind.String)
            .Select(item => NoText([member, item.Index.ToString(System.Globalization.CultureInfo.InvariantCulture)], item.Item.GetRawText()));
    }
}
