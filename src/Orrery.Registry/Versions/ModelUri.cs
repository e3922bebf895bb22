namespace Orrery.Registry;

/// <summary>What a <c>models:/</c> URI names: a logged model by id, or a version by number, alias, stage or as the latest.</summary>
/// <param name="LoggedModelId">Of <c>models:/m-id</c>; the rest is then null.</param>
/// <param name="Name">The registered model.</param>
/// <param name="Suffix">A number, a stage or <c>latest</c>.</param>
/// <param name="Alias">Of <c>models:/name@alias</c>.</param>
internal sealed record ModelUri(string? LoggedModelId, string? Name, string? Suffix, string? Alias)
{
    public const string Scheme = "models";

    /// <summary>Null when it is not a proper one.</summary>
    public static ModelUri? Parse(string uri)
    {
        if (SourceRules.SchemeOf(uri) != Scheme)
            return null;
        var path = uri[(Scheme.Length + 1)..];
        var query = path.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0)
            path = path[..query];
        if (path.Length <= 1 || path[0] != '/')
            return null;
        return path.TrimStart('/').Split('/') switch
        {
            [{ } name, { } suffix] when name.Trim().Length > 0 && suffix.Trim().Length > 0 => new(null, name, suffix, null),
            [{ } only] when only.LastIndexOf('@') is > 0 and var at => only[(at + 1)..].Trim().Length > 0 ? new(null, only[..at], null, only[(at + 1)..]) : null,
            [{ } only] when only.Trim().Length > 0 => new(only, null, null, null),
            _ => null,
        };
    }
}
