using System.Globalization;
using System.Text;

namespace Orrery.Client;

/// <summary>Builds a path with its query. Null values are left out; lists repeat their key.</summary>
internal sealed class Query(string path)
{
    private readonly StringBuilder _text = new(path);
    private bool _started;

    public Query With(string key, string? value)
    {
        if (value is null)
            return this;
        _text.Append(_started ? '&' : '?').Append(key).Append('=').Append(Uri.EscapeDataString(value));
        _started = true;
        return this;
    }

    public Query With(string key, long? value) => With(key, value?.ToString(CultureInfo.InvariantCulture));

    public Query With(string key, IEnumerable<string> values)
    {
        foreach (var value in values)
            With(key, value);
        return this;
    }

    public override string ToString() => _text.ToString();

    public static implicit operator string(Query query) => query.ToString();
}
