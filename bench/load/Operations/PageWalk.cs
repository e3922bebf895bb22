using System.Text;

namespace Orrery.Load;

/// <summary>A search walked from its first page to its last and again; each connection walks on its own.</summary>
internal sealed class PageWalk(string experiment, int pageSize)
{
    private readonly string?[] _tokens = new string?[Crowd.MaxSize];

    public Answer Next(Connection connection, long index)
    {
        var token = _tokens[connection.Number];
        var answer = connection.Send(HttpBytes.Post(Requests.Api + "runs/search", Requests.SearchJson(experiment, pageSize, token: token)));
        _tokens[connection.Number] = answer.Find("\"next_page_token\""u8);
        return answer;
    }

    /// <summary>The token of a page.</summary>
    /// <param name="connection">Walks.</param>
    /// <param name="search">Body of the search without its closing brace.</param>
    /// <param name="page">From 1.</param>
    public static string TokenOf(Connection connection, string search, int page)
    {
        var token = "";
        for (var at = 1; at < page; at++)
        {
            var body = new StringBuilder(search.TrimEnd('}'));
            if (token.Length > 0)
                body.Append(",\"page_token\":\"").Append(token).Append('"');
            token = connection.Send(HttpBytes.Post(Requests.Api + "runs/search", body.Append('}').ToString())).Get("\"next_page_token\""u8);
        }

        return token;
    }
}
