using System.Collections.Frozen;
using Microsoft.AspNetCore.Components;

namespace Orrery.Web;

/// <summary>Icons of Tabler, inline: they take the colour of the text.</summary>
internal static class Icons
{
    private const string Prefix = "icon/";
    private static readonly FrozenDictionary<string, MarkupString> Known = typeof(Icons).Assembly.GetManifestResourceNames().Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(static name => name[Prefix.Length..], Read);

    /// <summary>The icon of that name.</summary>
    public static MarkupString Of(string name) => Known[name];

    private static MarkupString Read(string resource)
    {
        using var reader = new StreamReader(typeof(Icons).Assembly.GetManifestResourceStream(resource)!);
        var svg = reader.ReadToEnd();
        return new(svg[svg.IndexOf("<svg", StringComparison.Ordinal)..].Replace("<svg", "<svg aria-hidden=\"true\"", StringComparison.Ordinal));
    }
}
