using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Reads why a server refused, in whichever of the shapes it says so.</summary>
internal static class Refusal
{
    private const int LongestText = 500;

    public static async Task<OrreryApiException> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancel);
        var requestId = response.Headers.TryGetValues(OrreryHeaders.RequestId, out var ids) ? ids.FirstOrDefault() : null;
        var status = response.StatusCode;

        if (TryRead<MlflowError>(body) is { ErrorCode: { Length: > 0 } code, Message: var message })
            return new(status, code, message ?? code, requestId);
        if (TryRead<Problem>(body) is { } problem && (problem.Code ?? problem.Title ?? problem.Detail) is not null)
            return new(status, problem.Code ?? status.ToString(), Describe(problem, status), problem.RequestId ?? requestId, problem);
        if (InferenceError(body) is { } error)
            return new(status, status.ToString(), error, requestId);
        return new(status, status.ToString(), Plain(response, body), requestId);
    }

    private static T? TryRead<T>(byte[] body)
        where T : class
    {
        if (body.Length is 0 || body[0] != (byte)'{')
            return null;
        try
        {
            return JsonSerializer.Deserialize(body, OrreryJson.TypeOf<T>());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // {"error": "..."}, as KServe's protocols have it.
    private static string? InferenceError(byte[] body)
    {
        if (body.Length is 0 || body[0] != (byte)'{')
            return null;
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.String ? error.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Describe(Problem problem, System.Net.HttpStatusCode status)
    {
        var text = problem.Detail ?? problem.Title ?? status.ToString();
        var faults = problem.Errors.Select(error => error.Field.Length > 0 ? $"{error.Field}: {error.Message}" : error.Message);
        return problem.Errors.Count is 0 ? text : $"{text} {string.Join(' ', faults)}";
    }

    // Pages of proxies are HTML, which is no message.
    private static string Plain(HttpResponseMessage response, byte[] body)
    {
        var summary = $"The server answered {(int)response.StatusCode} {response.ReasonPhrase} to {response.RequestMessage?.RequestUri}.";
        var text = System.Text.Encoding.UTF8.GetString(body).Trim();
        if (text.Length is 0 || text[0] == '<')
            return summary;
        return $"{summary} {(text.Length > LongestText ? text[..LongestText] + "..." : text)}";
    }
}
