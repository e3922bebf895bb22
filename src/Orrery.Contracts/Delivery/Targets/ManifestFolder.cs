using System.Text.Json.Nodes;

namespace Orrery.Contracts;

/// <summary>Checks the manifests of a repository, without a server: each is valid, and those of governed environments have the approvals that cover them.</summary>
public static class ManifestFolder
{
    private static readonly string[] Kinds = ["InferenceService", "NetworkPolicy", "PodDisruptionBudget", "Kustomization"];

    // What could change an InferenceService after it was looked at is not among them.
    private static readonly string[] KustomizationFields = ["apiVersion", "kind", "namespace", "resources"];

    /// <summary>The environment whose overlay a file belongs to; null for none.</summary>
    /// <param name="path">'/'-separated.</param>
    public static string? EnvironmentOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var parts = path.Split('/');
        var at = Array.LastIndexOf(parts, ManifestNames.Overlays);
        return at >= 1 && at + 2 < parts.Length ? parts[at + 1] : null;
    }

    /// <summary>What is wrong with the files.</summary>
    /// <param name="files">Path and documents; null documents are empty ones. A file that could not be read comes with its fault.</param>
    /// <param name="isGoverned">Whether an environment needs approvals.</param>
    /// <param name="rulesOf">What a file's approvals are held against.</param>
    public static ManifestVerdict Check(IEnumerable<ManifestFile> files, Func<string, bool> isGoverned, Func<string, ApprovalRules> rulesOf)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(isGoverned);
        ArgumentNullException.ThrowIfNull(rulesOf);
        var (seen, governed, faults) = (0, 0, new List<ManifestFault>());
        var all = files.ToList();
        var governedNames = all.Where(file => EnvironmentOf(file.Path) is { } environment && isGoverned(environment)).Select(static file => Root(file.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in all)
        {
            var environment = EnvironmentOf(file.Path);
            var asks = environment is not null && isGoverned(environment);
            // What a governed overlay builds on counts as its own.
            var shared = environment is null && IsBase(file.Path) && governedNames.Contains(Root(file.Path));
            if (file.Problem is { } unreadable)
            {
                faults.Add(new(file.Path, unreadable));
                continue;
            }

            foreach (var document in file.Documents.OfType<JsonObject>())
            {
                var kind = ManifestRules.Text(document["kind"]);
                if (asks || shared)
                    Companions(file.Path, document, kind, shared, faults);
                if (kind is not "InferenceService" || !(ManifestRules.Text(document["apiVersion"]) ?? "").StartsWith("serving.kserve.io/", StringComparison.Ordinal))
                    continue;
                seen++;
                faults.AddRange(ManifestRules.Problems(document).Select(message => new ManifestFault(file.Path, message)));
                if (!asks)
                    continue;
                governed++;
                faults.AddRange(ApprovedManifest.Problems(document, environment!, rulesOf(file.Path)).Select(message => new ManifestFault(file.Path, message)));
            }
        }

        return new() { Valid = faults.Count == 0, Checked = seen, Governed = governed, Faults = faults };
    }

    private static void Companions(string path, JsonObject document, string? kind, bool shared, List<ManifestFault> faults)
    {
        if (!Kinds.Contains(kind) && kind is not null)
            faults.Add(new(path, $"kind {kind} is not what a delivery writes into a governed environment; keep it outside."));
        if (shared && kind is "InferenceService")
            faults.Add(new(path, "An InferenceService stands in the base of a governed environment; it must stand in the overlay, with its approval."));
        var isKustomization = kind is "Kustomization" || path.EndsWith("/kustomization.yaml", StringComparison.Ordinal);
        if (!isKustomization)
            return;
        foreach (var (key, _) in document)
        {
            if (!KustomizationFields.Contains(key))
                faults.Add(new(path, $"'{key}' could change what an approval covers; a governed environment's kustomization has {string.Join(", ", KustomizationFields)} only."));
        }

        foreach (var resource in document["resources"] as JsonArray ?? [])
        {
            if (ManifestRules.Text(resource) is not { } named || !(named == "../../base" || (!named.Contains('/', StringComparison.Ordinal) && named.EndsWith(".yaml", StringComparison.Ordinal))))
                faults.Add(new(path, $"The resource '{ManifestRules.Text(resource)}' is neither ../../base nor a file of the folder."));
        }
    }

    private static bool IsBase(string path) => path.Split('/') is [.., "base", _];

    private static string Root(string path)
    {
        var parts = path.Split('/');
        var at = Array.LastIndexOf(parts, ManifestNames.Overlays);
        return string.Join('/', parts[..Math.Max(at >= 0 ? at : parts.Length - 2, 0)]);
    }
}

/// <summary>A file of manifests.</summary>
/// <param name="Path">'/'-separated.</param>
/// <param name="Documents">What it holds.</param>
/// <param name="Problem">Why it could not be read; null when it could.</param>
public sealed record ManifestFile(string Path, IReadOnlyList<JsonNode?> Documents, string? Problem = null);
