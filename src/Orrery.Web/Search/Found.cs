namespace Orrery.Web;

/// <summary>Something that was found.</summary>
/// <param name="Kind">What it is: run, model, feature view …</param>
/// <param name="Name">Its name.</param>
/// <param name="Href">Its page.</param>
/// <param name="Where">What it lies in, or what it is about.</param>
public sealed record Found(string Kind, string Name, string Href, string? Where = null);
