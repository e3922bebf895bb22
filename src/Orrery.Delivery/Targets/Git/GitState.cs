using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>What a branch says of a deployment in an environment.</summary>
/// <param name="Head">Its commit; null for an empty one.</param>
/// <param name="Files">Of the deployment's folder and Argo CD's.</param>
/// <param name="Text">The InferenceService's; null for none.</param>
/// <param name="Current">The same, read; null when there is none or it is no manifest.</param>
/// <param name="Percent">Share that the order's delivery has there; null when it is not there.</param>
internal sealed record GitState(string? Head, SortedDictionary<string, GitFile> Files, string? Text, JsonObject? Current, int? Percent)
{
    /// <summary>What the branch says, for people.</summary>
    public string? Says => ManifestText.Says(Current);

    /// <summary>The branch of a pull request.</summary>
    public static string BranchOf(string delivery) => "orrery/" + delivery;

    /// <summary>Reads the head of the branch.</summary>
    public static async ValueTask<Result<GitState>> ReadAsync(GitRepository repository, KserveSettings settings, ReleaseOrder order, CancellationToken cancel)
    {
        if ((await repository.FetchAsync(settings.Git!.Branch, cancel)).Failed(out var away, out var head))
            return away;
        var argo = (settings.Git.Path.Length > 0 ? settings.Git.Path.Trim('/') + "/" : "") + "argocd";
        if ((await repository.ReadAsync(head, [ReleaseFiles.Folder(settings, order.Name), argo], cancel)).Failed(out away, out var files))
            return away;
        var text = files.GetValueOrDefault(ReleaseFiles.InferenceService(settings, order.Name, order.Target.Environment))?.Text;
        var current = YamlFiles.ReadOne(text);
        return new GitState(head, files, text, current, ManifestText.PercentOf(current, order.DeliveryId));
    }
}
