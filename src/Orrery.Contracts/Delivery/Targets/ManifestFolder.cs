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

    /// <summary>Whether a file is read as manifests.</summary>
    /// <param name="path">'/'-separated.</param>
    public static bool IsManifest(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal);
    }

    /// <summary>Whether a file counts: a manifest, or whatever else stands where manifests of a deployment or of Argo CD do.</summary>
    /// <param name="path">'/'-separated.</param>
    public static bool Counts(string path) => IsManifest(path) || EnvironmentOf(path) is not null || IsBase(path) || ArgoFolder.Has(path);

    /// <summary>Whether a file is shared by a deployment's overlays.</summary>
    /// <param name="path">'/'-separated.</param>
    public static bool IsBase(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Split('/') is [.., "base", _];
    }

    /// <summary>What is wrong with the files. Those of Argo CD are <see cref="ArgoFolder"/>'s.</summary>
    /// <param name="files">Path and documents; null documents are empty ones. A file that could not be read comes with its fault.</param>
    /// <param name="isGoverned">Whether an environment needs approvals.</param>
    /// <param name="rulesOf">What a file's approvals are held against.</param>
    public static ManifestVerdict Check(IEnumerable<ManifestFile> files, Func<string, bool> isGoverned, Func<string, ApprovalRules> rulesOf)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(isGoverned);
        ArgumentNullException.ThrowIfNull(rulesOf);
        var (seen, governed, faults) = (0, 0, new List<ManifestFault>());
        var all = files.Where(static file => !ArgoFolder.Has(file.Path)).ToList();
        var governedNames = all.Where(file => EnvironmentOf(file.Path) is { } environment && isGoverned(environment)).Select(static file => Root(file.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in all)
        {
            var environment = EnvironmentOf(file.Path);
            var asks = environment is not null && isGoverned(environment);
            // What a governed overlay builds on counts as its own.
            var shared = environment is null && IsBase(file.Path) && governedNames.Contains(Root(file.Path));
            if (!IsManifest(file.Path))
            {
                // Engines take patches, charts and values from files of many names.
                if (asks || shared)
                    faults.Add(new(file.Path, "A governed environment's folder has .yaml files only; keep it outside."));
                continue;
            }

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
        if (!Kinds.Contains(kind))
            faults.Add(new(path, $"kind '{kind}' is not what a delivery writes into a governed environment; keep it outside."));
        if (shared && kind is "InferenceService")
            faults.Add(new(path, "An InferenceService stands in the base of a governed environment; it must stand in the overlay, with its approval."));
        if (kind is not "Kustomization")
            return;
        if (!path.EndsWith("/kustomization.yaml", StringComparison.Ordinal))
            faults.Add(new(path, "A Kustomization is kustomization.yaml."));
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
