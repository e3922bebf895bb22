using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>What the server answered, with the assertions of the protocol. Every failure shows the request and the whole answer.</summary>
public sealed class Answer
{
    private const int ShownBytes = 4000;

    private readonly string _request;
    private readonly Lazy<JsonNode?> _json;

    internal Answer(string request, HttpResponseMessage response, byte[] bytes)
    {
        _request = request;
        Status = (int)response.StatusCode;
        Bytes = bytes;
        Headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        _json = new(() => JsonNode.Parse(Bytes));
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The body.</summary>
    public byte[] Bytes { get; }

    /// <summary>The body as text.</summary>
    public string Body => Encoding.UTF8.GetString(Bytes);

    /// <summary>All headers; several values of one are joined by a comma.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Content-Type without its parameters; empty when there is none.</summary>
    public string ContentType => Header("Content-Type").Split(';')[0];

    /// <summary>A member by path: <c>run.info.run_id</c>, <c>runs.0.info</c>. Null when it is not there.</summary>
    public JsonNode? this[string path]
    {
        get
        {
            var node = _json.Value;
            foreach (var step in path.Split('.'))
            {
                node = node switch
                {
                    JsonObject members => members[step],
                    JsonArray items => int.Parse(step, CultureInfo.InvariantCulture) is var i && i < items.Count ? items[i] : null,
                    _ => null,
                };
            }

            return node;
        }
    }

    /// <summary>A header; empty when it is not there.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    /// <summary>A text member that must be there.</summary>
    public string Text(string path)
    {
        Check(this[path] is JsonValue value && value.GetValueKind() is JsonValueKind.String, $"{path} is not a text");
        return this[path]!.GetValue<string>();
    }

    /// <summary>A number that must be there.</summary>
    public double Number(string path)
    {
        Check(this[path] is JsonValue value && value.GetValueKind() is JsonValueKind.Number, $"{path} is not a number");
        return this[path]!.GetValue<double>();
    }

    /// <summary>The items of a list; none when the list is omitted, as empty lists are.</summary>
    public IReadOnlyList<JsonNode> List(string path) => this[path] is JsonArray items ? [.. items.Select(item => item!)] : [];

    /// <summary>One text of each item of a list: <c>Texts("runs", "info.run_id")</c>.</summary>
    public string[] Texts(string path, string member) => [.. List(path).Select(item =>
        member.Split('.').Aggregate(item, (node, step) => node[step]!).ToString())];

    /// <summary>A metric, parameter or tag by key, in a list of objects with <c>key</c> and <c>value</c>; null when it is not there.</summary>
    public string? Value(string path, string key) =>
        List(path).FirstOrDefault(item => item["key"]!.GetValue<string>() == key)?["value"]?.ToString();

    /// <summary>200, and JSON when it says so.</summary>
    public Answer Ok() => Is(HttpStatusCode.OK);

    /// <summary>This status.</summary>
    public Answer Is(HttpStatusCode status)
    {
        Check(Status == (int)status, $"expected {(int)status}");
        return this;
    }

    /// <summary>200 with this JSON; see <see cref="JsonShape"/> for what may stand in it.</summary>
    public Answer Gives(string json)
    {
        Ok();
        var difference = JsonShape.Difference(JsonNode.Parse(json), _json.Value);
        Check(difference is null, difference);
        return this;
    }

    /// <summary>The member is not there at all.</summary>
    public Answer Omits(params string[] paths)
    {
        foreach (var path in paths)
            Check(this[path] is null, $"{path} should be omitted");
        return this;
    }

    /// <summary>A refusal in MLflow's shape: exactly error_code and message.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">error_code.</param>
    /// <param name="message">The whole message, or null when the facts give none.</param>
    public Answer Fails(int status, string code, string? message = null)
    {
        Check(Status == status, $"expected {status} {code}");
        Check(ContentType == "application/json", "an error is application/json");
        Check(_json.Value is JsonObject members && members.Select(member => member.Key).Order().SequenceEqual(["error_code", "message"]), "an error has error_code and message alone");
        Check(Text("error_code") == code, $"expected {code}");
        if (message is not null)
            Check(Text("message") == message, $"expected the message\n  {message}");
        Check(!LooksLikeSql(Text("message")), "a message shows no SQL and no stack");
        return this;
    }

    /// <summary>400 INVALID_PARAMETER_VALUE.</summary>
    public Answer IsInvalid(string? message = null) => Fails(400, "INVALID_PARAMETER_VALUE", message);

    /// <summary>404 RESOURCE_DOES_NOT_EXIST.</summary>
    public Answer IsMissing(string? message = null) => Fails(404, "RESOURCE_DOES_NOT_EXIST", message);

    /// <summary>404 ENDPOINT_NOT_FOUND.</summary>
    public Answer IsNoEndpoint() => Fails(404, "ENDPOINT_NOT_FOUND");

    /// <summary>400 INVALID_PARAMETER_VALUE for a field that must be there.</summary>
    public Answer Lacks(string parameter) => IsInvalid(
        $"Missing value for required parameter '{parameter}'. See the API docs for more information about request parameters.");

    /// <summary>The message holds this.</summary>
    public Answer Saying(string part)
    {
        Check(Text("message").Contains(part, StringComparison.Ordinal), $"the message should hold \"{part}\"");
        return this;
    }

    /// <summary>Fails the test, with the request and the answer, unless it holds.</summary>
    public void Check(bool holds, string? otherwise)
    {
        if (!holds)
            Assert.Fail($"{otherwise}\n{this}");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(_request.Length > 500 ? _request[..500] + "…" : _request)}\n-> {Status} {Header("Content-Type")}\n"
        + (Body.Length > ShownBytes ? Body[..ShownBytes] + "…" : Body);

    /// <summary>Marks of a database or of a stack trace in what users see.</summary>
    internal static bool LooksLikeSql(string text)
    {
        string[] marks = ["[SQL", "select ", "SQLite", "sqlite", "Npgsql", "postgres", "syntax error", "   at ", "Exception", "trk_", "reg_"];
        return marks.Any(mark => text.Contains(mark, StringComparison.Ordinal));
    }
}
