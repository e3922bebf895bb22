using System.Globalization;
using System.Text;

namespace Orrery.Load;

/// <summary>Whole requests as bytes.</summary>
internal static class HttpBytes
{
    public static byte[] Get(string target) => Write("GET", target, type: null, body: null);

    public static byte[] Post(string target, string json) => Write("POST", target, "application/json", json);

    /// <param name="method">HTTP method.</param>
    /// <param name="target">Path and query, percent-encoded.</param>
    /// <param name="type">Of the body.</param>
    /// <param name="body">ASCII; null for none.</param>
    public static byte[] Write(string method, string target, string? type, string? body)
    {
        var text = new StringBuilder().Append(method).Append(' ').Append(target).Append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        if (body is not null)
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n");
        return Encoding.ASCII.GetBytes(text.Append("\r\n").Append(body).ToString());
    }
}
