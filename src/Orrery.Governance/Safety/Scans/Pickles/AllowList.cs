using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;

namespace Orrery.Governance;

/// <summary>Which names a pickle may import: the list that the Python worker reads, too.</summary>
internal sealed class AllowList
{
    private const string Resource = "allowed.json";

    private readonly FrozenDictionary<string, FrozenSet<string>> _data;
    private readonly IReadOnlyList<string> _libraries;
    private readonly IReadOnlyList<string> _notOfLibraries;
    private readonly FrozenSet<string> _notNames;
    private readonly IReadOnlyList<string> _notPrefixes;
    private readonly FrozenSet<string> _notParts;
    private readonly FrozenSet<string> _reconstructors;
    private readonly IReadOnlyList<string> _reconstructorPrefixes;
    private readonly FrozenDictionary<string, FrozenSet<string>?> _code;
    private readonly IReadOnlyList<string> _codeLibraries;
    private readonly FrozenSet<string> _standard;

    private AllowList(JsonElement root, string hash)
    {
        _data = root.GetProperty("data").EnumerateObject().ToFrozenDictionary(static one => one.Name, static one => Names(one.Value));
        _libraries = [.. Names(root.GetProperty("libraries"))];
        _notOfLibraries = [.. Names(root.GetProperty("not_of_libraries"))];
        _notNames = Names(root.GetProperty("not_names"));
        _notPrefixes = [.. Names(root.GetProperty("not_prefixes"))];
        _notParts = Names(root.GetProperty("not_parts"));
        _reconstructors = Names(root.GetProperty("reconstructors"));
        _reconstructorPrefixes = [.. Names(root.GetProperty("reconstructor_prefixes"))];
        _code = root.GetProperty("code").EnumerateObject().ToFrozenDictionary(
            static one => one.Name, static one => one.Value.ValueKind is JsonValueKind.Null ? null : Names(one.Value));
        _codeLibraries = [.. Names(root.GetProperty("code_libraries"))];
        _standard = Names(root.GetProperty("standard"));
        Hash = hash;
    }

    /// <summary>The one that was built in.</summary>
    public static AllowList Default { get; } = Load();

    /// <summary>SHA-256 of the list, 12 hex digits.</summary>
    public string Hash { get; }

    /// <summary>Whether a pickle may import the name.</summary>
    /// <param name="module">Of it.</param>
    /// <param name="name">Of it, as the pickle says.</param>
    /// <param name="code">The model may bring functions of its own.</param>
    /// <param name="more">Further modules.</param>
    public bool Allows(string module, string name, bool code, IReadOnlyList<string> more)
    {
        // Python would walk from the module to anything that it has imported; only classes in classes of the model's own are such.
        if (name.Contains('.', StringComparison.Ordinal) && !(code && (IsBelow(module, "__main__") || more.Any(one => IsBelow(module, one)))))
            return false;
        if (more.Any(one => IsBelow(module, one)))
            return true;
        if (_data.TryGetValue(module, out var names) && names.Contains(name))
            return true;
        if (_libraries.Any(one => IsBelow(module, one)))
        {
            return !_notOfLibraries.Any(one => IsBelow(module, one)) && !_notNames.Contains(name) && !StartsWithAny(name, _notPrefixes)
                && !module.Split('.').Any(_notParts.Contains);
        }

        if (!code)
            return false;
        if (_code.TryGetValue(module, out var allowed))
            return allowed is null || allowed.Contains(name);
        return _codeLibraries.Any(one => IsBelow(module, one));
    }

    /// <summary>
    /// Whether a pickle may call what it imports by the name. Of libraries these are classes, which are told by their capital, and what makes objects anew; other
    /// lists name single things, which may be called.
    /// </summary>
    public bool MayCall(string module, string name, IReadOnlyList<string> more) =>
        !_libraries.Any(one => IsBelow(module, one)) || more.Any(one => IsBelow(module, one))
        || (name.TrimStart('_') is [var first, ..] && char.IsUpper(first)) || _reconstructors.Contains(name) || StartsWithAny(name, _reconstructorPrefixes);

    /// <summary>Whether Python itself has a module of the name, which a model's file of that name does not become.</summary>
    public bool IsStandard(string module) => _standard.Contains(module);

    private static bool IsBelow(string module, string parent) =>
        module.StartsWith(parent, StringComparison.Ordinal) && (module.Length == parent.Length || module[parent.Length] == '.');

    private static bool StartsWithAny(string name, IReadOnlyList<string> prefixes) => prefixes.Any(one => name.StartsWith(one, StringComparison.Ordinal));

    private static FrozenSet<string> Names(JsonElement list) => list.EnumerateArray().Select(static one => one.GetString()!).ToFrozenSet(StringComparer.Ordinal);

    private static AllowList Load()
    {
        using var stream = typeof(AllowList).Assembly.GetManifestResourceStream(Resource)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        using var document = JsonDocument.Parse(bytes.ToArray());
        return new(document.RootElement, Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()))[..12]);
    }
}
