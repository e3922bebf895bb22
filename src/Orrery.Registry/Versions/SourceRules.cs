using Orrery.Kernel;

namespace Orrery.Registry;

/// <summary>
/// Which sources a version may name. A source is an absolute URI; it never leads to files of the server's machine, nor out
/// of where it says it is (the CVE-2023-6909, CVE-2024-1483, CVE-2024-3848 family).
/// </summary>
internal static class SourceRules
{
    /// <summary>Why a source cannot be one; null when it can.</summary>
    /// <param name="source">From the caller.</param>
    /// <param name="ofLoggedModel">The request names a logged model, not a run: changes the words of the refusal.</param>
    public static Failure? Check(string source, bool ofLoggedModel)
    {
        if (IsLocal(source))
            return Local(source, ofLoggedModel ? "model_id" : "run_id");
        var decoded = Decode(source);
        if (decoded.Contains('\0', StringComparison.Ordinal) || decoded.Split('/', '\\').Any(static part => part == ".."))
            return NotAbsolute(source);
        var path = PathOf(decoded).TrimEnd('/');
        return path.Length > 0 && path[0] == '/' && !path.Split('/').Contains(".") ? null : NotAbsolute(source);
    }

    /// <summary>The scheme in lower case; empty when there is none.</summary>
    public static string SchemeOf(string uri)
    {
        var colon = uri.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && char.IsAsciiLetter(uri[0]) && uri.AsSpan(0, colon).IndexOfAnyExcept(SchemeCharacters) < 0
            ? uri[..colon].ToLowerInvariant()
            : "";
    }

    private static readonly System.Buffers.SearchValues<char> SchemeCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    private static bool IsLocal(string source) => SchemeOf(source) is "" or "file";

    /// <summary>Percent-decoded, '+' as a space, until nothing changes, as somebody behind us might.</summary>
    private static string Decode(string text)
    {
        for (var round = 0; round < 8; round++)
        {
            var decoded = Uri.UnescapeDataString(text.Replace('+', ' '));
            if (decoded == text)
                break;
            text = decoded;
        }

        return text;
    }

    /// <summary>What follows the authority, without query and fragment.</summary>
    private static string PathOf(string uri)
    {
        var rest = uri[(uri.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var end = rest.AsSpan().IndexOfAny('?', '#');
        if (end >= 0)
            rest = rest[..end];
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            return rest;
        var slash = rest.IndexOf('/', 2);
        return slash < 0 ? "" : rest[slash..];
    }

    private static Failure Local(string source, string parameter) => Failure.Invalid("registry.invalid_source",
        $"Invalid model version source: '{RegistryText.Clip(source)}'. To use a local path as a model version source, the {parameter} request parameter "
        + $"has to be specified and the local path has to be contained within the artifact directory of the run specified by the {parameter}.");

    private static Failure NotAbsolute(string source) => Failure.Invalid("registry.invalid_source",
        $"Invalid model version source: '{RegistryText.Clip(source)}'. If supplying a source as an http, https, local file path, ftp, objectstore, or "
        + "mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.");
}
