using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orrery.Serving;

/// <summary>An answer as it came in. Nothing of it is to be trusted.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Bytes">Of the body.</param>
/// <param name="JsonLength">What its header says of the JSON's length; null without one.</param>
internal readonly record struct RemoteAnswer(int Status, ReadOnlyMemory<byte> Bytes, int? JsonLength)
{
    private const int LongestError = 16 << 10;
    private const int LongestMessage = 500;

    /// <summary>Reads an answer; of one that is none, not more than the message that it may hold.</summary>
    /// <exception cref="RemoteException">It is too large, or packed.</exception>
    public static async ValueTask<RemoteAnswer> ReadAsync(HttpResponseMessage response, string endpoint, int mostMb, CancellationToken cancel)
    {
        var status = (int)response.StatusCode;
        var most = status == 200 ? mostMb << 20 : LongestError;
        if (response.Content.Headers.ContentEncoding.Count > 0)
            throw new RemoteException(RemoteOutcome.Invalid, $"{endpoint} answered with the content coding {string.Join(", ", response.Content.Headers.ContentEncoding.Take(4))}, which was not asked for.");
        if (status == 200 && response.Content.Headers.ContentLength > most)
            throw TooLarge(endpoint, mostMb);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        // What it says of its length is believed up to a MiB.
        var bytes = new byte[Math.Clamp(response.Content.Headers.ContentLength ?? 4096, 1, 1 << 20) + 1];
        var length = 0;
        int read;
        while ((read = await stream.ReadAsync(bytes.AsMemory(length), cancel)) > 0)
        {
            length += read;
            if (length > most)
                return status == 200 ? throw TooLarge(endpoint, mostMb) : new(status, bytes.AsMemory(0, most), null);
            if (length == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(most + 1L, bytes.Length * 2L));
        }

        return new(status, bytes.AsMemory(0, length), Length(response));
    }

    /// <summary>What the endpoint says is wrong: <c>error</c> or <c>detail</c> of its JSON, or the text; empty when it says nothing.</summary>
    public string Message()
    {
        var text = Encoding.UTF8.GetString(Bytes.Span);
        try
        {
            using var json = JsonDocument.Parse(Bytes, new JsonDocumentOptions { MaxDepth = 32 });
            if (json.RootElement.ValueKind is JsonValueKind.Object && (json.RootElement.TryGetProperty("error", out var said) || json.RootElement.TryGetProperty("detail", out said)))
                text = said.ValueKind is JsonValueKind.String ? said.GetString()! : said.GetRawText();
        }
        catch (Exception noJson) when (noJson is JsonException or InvalidOperationException)
        {
            // Then it is text.
        }

        var line = new string([.. text.Take(LongestMessage).Select(static one => char.IsControl(one) || char.IsSurrogate(one) ? ' ' : one)]).Trim();
        return text.Length > LongestMessage ? line + "..." : line;
    }

    private static int? Length(HttpResponseMessage response) => response.Headers.TryGetValues(V2Protocol.LengthHeader, out var values)
        && int.TryParse(string.Join(",", values), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;

    private static RemoteException TooLarge(string endpoint, int mostMb) =>
        new(RemoteOutcome.Invalid, $"{endpoint} answered with more than {mostMb} MiB (Orrery:Serving:Remote:MaxAnswerMb).");
}
